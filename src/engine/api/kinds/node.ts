import type { FieldError } from '../errors.ts';
import { type Column, defineKind } from '../kind.ts';
import { isQualifiedName, isValidLabelValue } from '../names.ts';
import type { Node } from '../object.ts';
import { duplicate, invalidTexts, notSupported, required } from './field.ts';
import { ageColumn, nameColumn, validateObjectMeta, validateObjectMetaUpdate } from './metadata.ts';

const ROLE_PREFIX = 'node-role.kubernetes.io/';

/** @see pkg/printers/internalversion/printers.go printNode */
function statusText({ spec, status }: Node): string {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  const health = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady';
  return spec?.unschedulable ? `${health},SchedulingDisabled` : health;
}

export function roles({ metadata }: Node): string {
  const found = new Set<string>();
  for (const [key, value] of Object.entries(metadata.labels ?? {})) {
    if (key.startsWith(ROLE_PREFIX) && key.length > ROLE_PREFIX.length) found.add(key.slice(ROLE_PREFIX.length));
    else if (key === 'kubernetes.io/role' && value !== '') found.add(value);
  }
  return [...found].sort().join(',') || '<none>';
}

const address = ({ status }: Node, type: string): string =>
  status?.addresses?.find((entry) => entry.type === type)?.address ?? '<none>';

const kernel = ({ status }: Node): string => {
  const { kernelVersion, architecture } = status?.nodeInfo ?? {};
  return (kernelVersion || '<unknown>') + (architecture ? ` (${architecture})` : '');
};

const columns: readonly Column<Node>[] = [
  nameColumn,
  { name: 'Status', cell: statusText },
  { name: 'Roles', cell: roles },
  ageColumn,
  { name: 'Version', cell: ({ status }) => status?.nodeInfo?.['kubeletVersion'] ?? '' },
  { name: 'Internal-IP', priority: 1, cell: (node) => address(node, 'InternalIP') },
  { name: 'External-IP', priority: 1, cell: (node) => address(node, 'ExternalIP') },
  { name: 'OS-Image', priority: 1, cell: ({ status }) => status?.nodeInfo?.['osImage'] || '<unknown>' },
  { name: 'Kernel-Version', priority: 1, cell: kernel },
  {
    name: 'Container-Runtime',
    priority: 1,
    cell: ({ status }) => status?.nodeInfo?.['containerRuntimeVersion'] || '<unknown>',
  },
];

const TAINT_EFFECTS: readonly string[] = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

/** @see pkg/apis/core/validation/validation.go validateNodeTaints */
function validateTaints(node: Node): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [i, { key = '', value = '', effect }] of (node.spec?.taints ?? []).entries()) {
    const field = `spec.taints[${i}]`;
    errors.push(
      ...invalidTexts(`${field}.key`, key, isQualifiedName(key)),
      ...invalidTexts(`${field}.value`, value, isValidLabelValue(value)),
    );
    if (!effect) errors.push(required(`${field}.effect`));
    else if (!TAINT_EFFECTS.includes(effect)) errors.push(notSupported(`${field}.effect`, effect, TAINT_EFFECTS));
    const pair = `${key}:${effect}`;
    if (seen.has(pair)) errors.push(duplicate(field, { Key: key, Value: value, Effect: effect, TimeAdded: null }));
    seen.add(pair);
  }
  return errors;
}

export const node = defineKind<Node>({
  group: '',
  version: 'v1',
  kind: 'Node',
  plural: 'nodes',
  singular: 'node',
  shortNames: ['no'],
  namespaced: false,
  statusSubresource: true,
  columns,
  /** @see pkg/apis/core/v1/defaults.go SetDefaults_NodeStatus */
  defaults: (object) => {
    const spec = object.spec ?? {};
    const { status } = object;
    if (object.spec && !(status?.capacity && !status.allocatable)) return object;
    return {
      ...object,
      spec,
      ...(status?.capacity && { status: { ...status, allocatable: status.allocatable ?? status.capacity } }),
    };
  },
  validate: (object) => [...validateObjectMeta(object.metadata, false), ...validateTaints(object)],
  validateUpdate: ({ metadata }, old) => validateObjectMetaUpdate(metadata, old.metadata),
});
