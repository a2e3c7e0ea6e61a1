import { load } from 'js-yaml';

/** Where a scenario belongs in the list, in the order in which the groups are shown. */
export const SCENARIO_GROUPS = [
  'start',
  'bind',
  'provision',
  'schedule',
  'attach',
  'mount',
  'reclaim',
  'workload',
] as const;
export type ScenarioGroup = (typeof SCENARIO_GROUPS)[number];

export interface Localized {
  readonly en: string;
  readonly 'zh-CN': string;
}

/** What is done when the former operation has come to rest, or so much virtual time (`30s`) after it. */
export type ScenarioOperation = { readonly after?: string } & (
  | { readonly apply: string }
  | { readonly run: string }
  | { readonly fault: Readonly<Record<string, unknown>> }
);

/** How a run ends, in the terms of the conformance cases' `expect`. */
export interface Expectation {
  /** What reading the manifests warns of. */
  readonly warnings?: readonly string[];
  /** What the API server says to the last operation where it refuses it. */
  readonly refused?: string;
  readonly objects?: readonly Readonly<Record<string, unknown>>[];
  readonly absent?: readonly { readonly kind: string; readonly namespace?: string; readonly name: string }[];
  readonly events?: readonly Readonly<Record<string, unknown>>[];
  readonly noEvents?: readonly Readonly<Record<string, unknown>>[];
  readonly calls?: readonly Readonly<Record<string, unknown>>[];
  readonly callCounts?: readonly Readonly<Record<string, unknown>>[];
}

export interface Scenario {
  readonly id: string;
  readonly group: ScenarioGroup;
  readonly order: number;
  readonly title: Localized;
  /** What happens, in two sentences. */
  readonly text: Localized;
  /** The Cluster document; undefined where the default cluster will do. */
  readonly cluster?: string;
  readonly manifests: string;
  /** What is done after the manifests were applied. */
  readonly operations: readonly ScenarioOperation[];
  readonly expect: Expectation;
}

interface Head {
  readonly apiVersion: 'playground/v1';
  readonly kind: 'Scenario';
  readonly metadata: { readonly name: string };
  readonly spec: Omit<Scenario, 'id' | 'cluster' | 'manifests' | 'operations'> & {
    readonly operations?: readonly ScenarioOperation[];
  };
}

const CLUSTER = /^kind: Cluster$/m;

/**
 * Reads a file of the library: a Scenario document, a Cluster document where it needs another than the default cluster,
 * and the manifests, which keep their text.
 */
export function readScenario(text: string): Scenario {
  const [head = '', ...documents] = text.split(/^---\n/m);
  const { metadata, spec } = load(head) as Head;
  const cluster = documents.find((document) => CLUSTER.test(document));
  return {
    operations: [],
    ...spec,
    id: metadata.name,
    ...(cluster !== undefined && { cluster }),
    manifests: documents.filter((document) => document !== cluster).join('---\n'),
  };
}
