import type { FieldError } from '../errors.ts';
import { type Column, defineKind } from '../kind.ts';
import { isQualifiedName, isValidLabelValue } from '../names.ts';
import type { Node } from '../object.ts';
import { duplicate, forbiddenField, invalidTexts, invalidValue, required } from './field.ts';
import { internalOf } from './internal.ts';
import { ageColumn, nameColumn, validateObjectMeta, validateObjectMetaUpdate } from './metadata.ts';
import { validateTaintEffect } from './podvalidation.ts';
import { validateResourceQuantity } from './resourcenames.ts';

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

/** Upstream's paths of taints start at the metadata. @see pkg/apis/core/validation/validation.go validateNodeTaints */
function validateTaints({ spec }: Node): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [i, taint] of (spec?.taints ?? []).entries()) {
    const { key = '', value = '', effect } = taint;
    const field = `metadata.taints[${i}]`;
    errors.push(...invalidTexts(`${field}.key`, key, isQualifiedName(key)));
    const faults = isValidLabelValue(value);
    if (faults.length > 0) errors.push(invalidValue(`${field}.value`, value, faults.join(';')));
    if (effect) errors.push(...validateTaintEffect(effect, `${field}.effect`));
    else errors.push(required(`${field}.effect`));
    const pair = `${key}:${effect ?? ''}`;
    if (seen.has(pair))
      errors.push(duplicate(field, internalOf('Taint', taint), 'taints must be unique by key and effect pair'));
    seen.add(pair);
  }
  return errors;
}

/** @see ValidateNodeResources */
const validateResources = ({ status }: Node): FieldError[] =>
  (['capacity', 'allocatable'] as const).flatMap((list) =>
    Object.entries(status?.[list] ?? {}).flatMap(([name, value]) =>
      validateResourceQuantity(name, value, `status.${list}.${name}`),
    ),
  );

const NO_NEW_CIDR = 'node updates may not change podCIDR except from "" to valid';
const NO_NEW_PROVIDER = 'node updates may not change providerID except from "" to valid';

/** @see ValidateNodeUpdate */
function validateUpdate(object: Node, old: Node): FieldError[] {
  const errors = [...validateObjectMetaUpdate(object.metadata, old.metadata), ...validateResources(object)];
  const addresses = new Set<string>();
  for (const [i, { type, address: value }] of (object.status?.addresses ?? []).entries()) {
    const key = `${type} ${value}`;
    if (addresses.has(key)) errors.push(duplicate(`status.addresses[${i}]`, { Type: type, Address: value }));
    addresses.add(key);
  }
  const { podCIDR, providerID } = old.spec ?? {};
  if (podCIDR && podCIDR !== object.spec?.podCIDR) errors.push(forbiddenField('spec.podCIDRs', NO_NEW_CIDR));
  if (providerID && providerID !== object.spec?.providerID)
    errors.push(forbiddenField('spec.providerID', NO_NEW_PROVIDER));
  return [...errors, ...validateTaints(object)];
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
  validate: (object) => [
    ...validateObjectMeta(object.metadata, false),
    ...validateTaints(object),
    ...validateResources(object),
  ],
  validateUpdate,
  validateStatusUpdate: validateUpdate,
});
