import type { FieldError } from '../errors.ts';
import { invalidValue } from '../kinds/field.ts';
import { BASELINE, type Check, type PodLike, RESTRICTED, type Violation } from './checks.ts';

/** Levels from the one that allows everything to the one that allows least. */
const LEVELS = ['privileged', 'baseline', 'restricted'] as const;
export type Level = (typeof LEVELS)[number];

/** A level as it was at a minor version, or as it is now. */
export interface LevelVersion {
  readonly level: Level;
  readonly version: string;
}

/** What a namespace asks for; `audit` is left out, as nothing here writes an audit log. */
export interface Policy {
  readonly enforce: LevelVersion;
  readonly warn: LevelVersion;
  /** What is wrong with the labels, those of `audit` too. */
  readonly faults: readonly FieldError[];
}

const PREFIX = 'pod-security.kubernetes.io/';
const LATEST = 'latest';

/** `baseline:v1.30`. */
export const policyText = ({ level, version }: LevelVersion): string => `${level}:${version}`;

/** Positive where the first level allows less than the second. */
export const compareLevels = (a: Level, b: Level): number => LEVELS.indexOf(a) - LEVELS.indexOf(b);

/** A level and version as two labels say it; a level that cannot be read is taken for `otherwise`. */
function read(
  labels: Readonly<Record<string, string>>,
  mode: string,
  otherwise: Level,
): LevelVersion & { readonly faults: readonly FieldError[]; readonly isSet: boolean } {
  const faults: FieldError[] = [];
  const fault = (label: string, value: string, why: string): void => {
    faults.push(invalidValue(`metadata.labels[${label}]`, value, why));
  };
  const level = labels[PREFIX + mode];
  const isLevel = (LEVELS as readonly (string | undefined)[]).includes(level);
  if (level !== undefined && !isLevel) fault(PREFIX + mode, level, `must be one of ${LEVELS.join(', ')}`);
  const versionLabel = `${PREFIX}${mode}-version`;
  const version = labels[versionLabel] ?? LATEST;
  const isVersion = version === LATEST || /^v1\.(\d|[1-9]\d*)$/.test(version);
  if (!isVersion) fault(versionLabel, version, 'must be "latest" or "v1.x"');
  return {
    level: level === undefined ? 'privileged' : isLevel ? (level as Level) : otherwise,
    version: isVersion ? version : LATEST,
    faults,
    isSet: level !== undefined,
  };
}

/**
 * What the labels of a namespace ask for. Who says only what is enforced is warned of the same.
 * @see staging/src/k8s.io/pod-security-admission/api/helpers.go PolicyToEvaluate
 */
export function policyOf(labels: Readonly<Record<string, string>> = {}): Policy {
  const enforce = read(labels, 'enforce', 'restricted');
  const audit = read(labels, 'audit', 'privileged');
  const warn = read(labels, 'warn', 'privileged');
  const faults = [...enforce.faults, ...audit.faults, ...warn.faults];
  const isEnforced = enforce.isSet && enforce.faults.every(({ field }) => field.includes('-version'));
  if (warn.isSet || !isEnforced || enforce.level === 'privileged') return { enforce, warn, faults };
  const version = labels[`${PREFIX}warn-version`] === undefined ? enforce.version : warn.version;
  return { enforce, warn: { level: enforce.level, version }, faults };
}

/** The last minor version that changed a check: any later one is the same. */
const LAST_CHANGE = 35;

function checksAt(level: Level, minor: number): readonly Check[] {
  const inForce = (checks: readonly Check[]): readonly Check[] => checks.filter(({ since }) => since <= minor);
  if (level === 'baseline') return inForce(BASELINE);
  const restricted = inForce(RESTRICTED);
  const overridden = new Set(restricted.map(({ overrides }) => overrides));
  return [...inForce(BASELINE).filter(({ id }) => !overridden.has(id)), ...restricted];
}

/**
 * What a pod does that a level forbids, in the order in which upstream names it: empty where it is allowed.
 * @see staging/src/k8s.io/pod-security-admission/policy/registry.go
 */
export function violations({ level, version }: LevelVersion, pod: PodLike): readonly Violation[] {
  if (level === 'privileged') return [];
  const minor = version === LATEST ? LAST_CHANGE : Math.min(LAST_CHANGE, Number(version.slice('v1.'.length)));
  return checksAt(level, minor).flatMap(({ check }) => check(pod, minor) ?? []);
}

/** `hostPath volumes (volume "data"), privileged (…)`. */
export const violationText = (list: readonly Violation[]): string =>
  list.map(({ reason, detail }) => `${reason} (${detail})`).join(', ');
