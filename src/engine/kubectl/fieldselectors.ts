import type { KindDefinition } from '../api/kind.ts';
import type { KubeObject } from '../api/object.ts';
import { valuesAt } from './jsonpath.ts';

const METADATA: readonly string[] = ['metadata.name', 'metadata.namespace'];

/** Fields that a kind can be selected by, besides those of metadata; of these kinds an unknown field is refused in other words. */
const SELECTABLE: Readonly<Record<string, readonly string[]>> = {
  Pod: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.podIPs',
    'status.nominatedNodeName',
  ],
  Node: ['spec.unschedulable'],
  Event: [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
  Namespace: ['status.phase'],
  Secret: ['type'],
  Service: ['spec.clusterIP', 'spec.type'],
  Job: ['status.successful'],
};

/** Why a kind cannot be selected by a field; `undefined` where it can. @see pkg/apis/core/v1/conversion.go */
export function unknownField({ kind }: KindDefinition, field: string): string | undefined {
  const own = SELECTABLE[kind];
  if (METADATA.includes(field) || own?.includes(field)) return undefined;
  return own
    ? `field label not supported: ${field}`
    : `"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`;
}

const PATHS: Readonly<Record<string, string>> = {
  'Event source': 'source.component',
  'Job status.successful': 'status.succeeded',
};

/** Reads the fields of an object as selectors compare them: absent booleans are `false`, all else that is absent is empty. */
export const fieldReader =
  ({ kind }: KindDefinition, object: KubeObject) =>
  (field: string): string => {
    const [value] = valuesAt(PATHS[`${kind} ${field}`] ?? field, object);
    if (value !== undefined && value !== null) return String(value);
    return field === 'spec.unschedulable' || field === 'spec.hostNetwork' ? 'false' : '';
  };
