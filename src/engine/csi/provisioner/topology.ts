import type { CSINode, Node, StorageClass } from '../../api/object.ts';
import { CSI_NODES, NODES } from '../../api/tables.ts';
import type { Context } from '../../sim/context.ts';
import { booleanFlag, type Driver } from '../spec/driver.ts';
import type { StringMap, Topology, TopologyRequirement } from '../spec/messages.ts';
import { CSI_PROVISIONER } from './names.ts';
import { fail, isFailure, type ProvisionFailure } from './outcome.ts';

/** Segments of a topology, ordered by key. */
type Term = readonly (readonly [key: string, value: string])[];

interface Selected {
  readonly node: string;
  readonly csiNode: CSINode;
  readonly term: Term;
}

const ERROR = 'error generating accessibility requirements: ';

/**
 * From where a volume has to be accessible, and from where it best is.
 * @returns undefined where the driver is free
 * @see kubernetes-csi/external-provisioner pkg/controller/topology.go GenerateAccessibilityRequirements
 */
export function generateAccessibilityRequirements(
  ctx: Context,
  driver: Driver,
  claimName: string,
  allowedTopologies: StorageClass['allowedTopologies'],
  selectedNode: string | undefined,
): TopologyRequirement | undefined | ProvisionFailure {
  const selected = selectedNode ? selectedTopology(ctx, driver.name, selectedNode) : undefined;
  if (isFailure(selected)) return selected;
  const allowed = flatten(allowedTopologies ?? []);
  const terms = requisiteTerms(ctx, driver, allowed, selected);
  if (terms === undefined || isFailure(terms)) return terms;
  const requisite = sortTerms(terms);
  const preferred = selected ? rotateToNode(requisite, selected) : rotateByName(requisite, claimName);
  if (isFailure(preferred)) return preferred;
  return { requisite: requisite.map(toCSI), preferred: preferred.map(toCSI) };
}

function selectedTopology(ctx: Context, driver: string, name: string): Selected | ProvisionFailure {
  const csiNode = ctx.get<CSINode>(CSI_NODES, name);
  if (!csiNode) {
    return fail('reschedule', `failed to get selected CSINode ${name}: csinode.storage.k8s.io "${name}" not found`);
  }
  const keys = topologyKeys(csiNode, driver);
  if (keys.length === 0) return fail('noChange', `${ERROR}no topology key found for node ${name}`);
  const node = ctx.get<Node>(NODES, name);
  if (!node) return fail('noChange', `${ERROR}node "${name}" not found`);
  const term = termOf(node, keys);
  if (!term) {
    const labels = printMap(node.metadata.labels ?? {});
    const text = `topology labels from selected node ${labels} does not match topology keys from CSINode`;
    return fail('noChange', `${ERROR}${text} [${keys.join(' ')}]`);
  }
  return { node: name, csiNode, term };
}

function requisiteTerms(
  ctx: Context,
  driver: Driver,
  allowed: readonly Term[],
  selected: Selected | undefined,
): readonly Term[] | undefined | ProvisionFailure {
  if (selected && booleanFlag(driver, CSI_PROVISIONER, 'strict-topology')) {
    if (allowed.length > 0 && !allowed.some((term) => isSubset(term, selected.term))) {
      const text = `selected node '"${selected.node}"' topology '${printTerm(selected.term)}' is not in allowed topologies`;
      return fail('noChange', `${ERROR}${text}: ${printTerms(allowed)}`);
    }
    return [selected.term];
  }
  if (allowed.length > 0) return allowed;
  if (!selected && !booleanFlag(driver, CSI_PROVISIONER, 'immediate-topology', true)) return undefined;
  return aggregateTopologies(ctx, driver.name, selected?.csiNode);
}

/**
 * The terms of all nodes that carry the driver's keys.
 * @see kubernetes-csi/external-provisioner pkg/controller/topology.go aggregateTopologies
 */
function aggregateTopologies(
  ctx: Context,
  driver: string,
  selected: CSINode | undefined,
): readonly Term[] | ProvisionFailure {
  const keys = selected ? topologyKeys(selected, driver) : anyTopologyKeys(ctx, driver);
  if (keys.length === 0) return fail('noChange', `${ERROR}no available topology found`);
  const terms = ctx.keys(NODES).flatMap((name) => {
    const node = ctx.get<Node>(NODES, name);
    const term = node && termOf(node, keys);
    return term ? [term] : [];
  });
  if (terms.length === 0)
    return fail('noChange', `${ERROR}topologyKeys [${keys.join(' ')}] were not found on any nodes`);
  return terms;
}

function anyTopologyKeys(ctx: Context, driver: string): readonly string[] {
  for (const name of ctx.keys(CSI_NODES)) {
    const csiNode = ctx.get<CSINode>(CSI_NODES, name);
    const keys = csiNode ? topologyKeys(csiNode, driver) : [];
    if (keys.length > 0) return keys;
  }
  return [];
}

const topologyKeys = ({ spec }: CSINode, driver: string): readonly string[] =>
  spec.drivers?.find(({ name }) => name === driver)?.topologyKeys ?? [];

function termOf({ metadata: { labels = {} } }: Node, keys: readonly string[]): Term | undefined {
  const segments = [...keys].sort().map((key) => [key, labels[key]] as const);
  return segments.every((segment): segment is readonly [string, string] => segment[1] !== undefined)
    ? segments
    : undefined;
}

/** Multiplies the values of each term's keys out. @see flatten */
function flatten(allowed: NonNullable<StorageClass['allowedTopologies']>): readonly Term[] {
  return allowed.flatMap(({ matchLabelExpressions = [] }) => {
    let products: Term[] = [[]];
    for (const { key, values } of matchLabelExpressions)
      products = values.flatMap((value) => products.map((term) => [...term, [key, value] as const]));
    return products.map((term) => [...term].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  });
}

const toCSI = (term: Term): Topology => ({ segments: Object.fromEntries(term) });

/** Fewer segments first, then by key and value; each once. */
function sortTerms(terms: readonly Term[]): readonly Term[] {
  const sorted = [...terms].sort(compareTerms);
  return sorted.filter((term, i) => i === 0 || compareTerms(term, sorted[i - 1] ?? []) !== 0);
}

function compareTerms(a: Term, b: Term): number {
  if (a.length !== b.length) return a.length - b.length;
  for (const [i, [key, value]] of a.entries()) {
    const [otherKey, otherValue] = b[i] ?? ['', ''];
    if (key !== otherKey) return key < otherKey ? -1 : 1;
    if (value !== otherValue) return value < otherValue ? -1 : 1;
  }
  return 0;
}

const isSubset = (part: Term, whole: Term): boolean =>
  part.every(([key, value]) => whole.some(([otherKey, otherValue]) => key === otherKey && value === otherValue));

function rotate(terms: readonly Term[], by: number): readonly Term[] {
  return [...terms.slice(by), ...terms.slice(0, by)];
}

function rotateToNode(terms: readonly Term[], { node, term }: Selected): readonly Term[] | ProvisionFailure {
  const first = terms.findIndex((candidate) => isSubset(candidate, term));
  if (first >= 0) return rotate(terms, first);
  const text = `topology ${printTerm(term)} from selected node "${node}" is not in requisite: ${printTerms(terms)}`;
  return fail('noChange', `${ERROR}${text}`);
}

const rotateByName = (terms: readonly Term[], claimName: string): readonly Term[] => {
  const { hash, index } = hashAndIndex(claimName);
  return rotate(terms, ((hash + index) >>> 0) % terms.length);
};

/**
 * Spreads claims of a StatefulSet over the terms: they share a hash and differ in their ordinal.
 * @see kubernetes-csi/external-provisioner pkg/controller/topology.go getPVCNameHashAndIndexOffset
 */
export function hashAndIndex(claimName: string): { readonly hash: number; readonly index: number } {
  const match = /^(.*)-(\d+)$/.exec(claimName);
  if (!match) return { hash: fnv32(claimName), index: 0 };
  const [, rest = '', digits = '0'] = match;
  return { hash: fnv32(rest.slice(rest.lastIndexOf('-') + 1)), index: Number(digits) >>> 0 };
}

/** FNV-1, 32 bits. @see Go's hash/fnv New32 */
function fnv32(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash, 0x01000193) ^ byte;
  return hash >>> 0;
}

const printTerm = (term: Term): string => `[${term.map(([key, value]) => `{${key} ${value}}`).join(' ')}]`;
const printTerms = (terms: readonly Term[]): string => `[${terms.map(printTerm).join(' ')}]`;

/** A map as Go prints it. */
function printMap(map: StringMap): string {
  const keys = Object.keys(map).sort();
  return `map[${keys.map((key) => `${key}:${map[key]}`).join(' ')}]`;
}
