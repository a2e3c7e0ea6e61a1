import { readFileSync } from 'node:fs';
import { ADMISSION } from '../engine/api/admission/index.ts';
import { KINDS } from '../engine/api/kinds/index.ts';
import type { KubeObject } from '../engine/api/object.ts';
import { Registry } from '../engine/api/registry.ts';
import { mergeClusterSpecs } from '../engine/clusterspec.ts';
import { DEFAULT_CLUSTER } from '../engine/defaultcluster.ts';
import { locateRefusal, readText, type SourceText } from '../engine/manifests.ts';
import { HORIZON, MAX_STEPS, Session } from '../engine/session.ts';
import { type RunResult, resultOf } from './result.ts';
import { timeline } from './timeline.ts';

const USAGE = `Usage: npm run --silent sim -- [-o json] FILE...
       npm run --silent sim -- --ndjson < requests

Applies the manifests of the files to a cluster, runs until nothing is left to do, and tells what happened.
A Cluster document (apiVersion: playground/v1) among them describes the cluster; without one the default cluster is used.
Exit status: 0 everything settled and nothing Pending or Failed, 1 something is stuck, 2 bad input.
`;

const TABLES = ['pods', 'persistentvolumeclaims', 'persistentvolumes', 'volumeattachments'];

/** Of the places of one kind of field that is not simulated, so many are named. */
const SHOWN_PLACES = 5;

/** Runs files for people. Returns the exit status. */
export function runFiles(args: readonly string[]): number {
  const json = args.some((arg, i) => arg === '-o' && args[i + 1] === 'json');
  const files = args.filter((arg, i) => arg !== '-o' && args[i - 1] !== '-o');
  if (files.length === 0 || args.includes('--help') || args.includes('-h')) {
    (files.length === 0 ? process.stderr : process.stdout).write(USAGE);
    return files.length === 0 ? 2 : 0;
  }
  const registry = new Registry(KINDS, ADMISSION);
  const texts: { readonly file: string; readonly text: string; readonly source: SourceText }[] = [];
  for (const file of files) {
    const text = readFile(file);
    if (text === undefined) return 2;
    texts.push({ file, text, source: readText(registry, text) });
  }
  const wrong = texts.flatMap(({ file, source }) =>
    source.diagnostics.map(
      ({ line, column, message, path }) => `${file}:${line}:${column}: ${path ? `${path}: ` : ''}${message}`,
    ),
  );
  if (wrong.length > 0) {
    process.stderr.write(`${wrong.join('\n')}\n`);
    return 2;
  }
  const own = texts.flatMap(({ source }) => source.clusters);
  const base = own.length > 0 ? undefined : readText(registry, DEFAULT_CLUSTER);
  const session = new Session({
    spec: mergeClusterSpecs(base ? base.clusters : own),
    objects: base ? base.objects.map(({ object }) => object) : [],
  });
  const refusals: string[] = [];
  for (const { file, text, source } of texts) {
    const op = session.operations;
    session.operate({ apply: source.objects.map(({ object }) => object) });
    for (const error of session.errors.filter((refused) => refused.op === op)) {
      const object = source.objects[error.item ?? 0];
      for (const { line, column, message } of object ? locateRefusal(text, object, error) : []) {
        refusals.push(`${file}:${line}:${column}: ${message}`);
      }
    }
  }
  const settled = session.cluster.sim.runUntilSettled(HORIZON, MAX_STEPS) === true;
  const result = resultOf(session, 'sim', settled);
  if (json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else tell(session);
  if (refusals.length > 0) {
    process.stderr.write(`${refusals.join('\n')}\n`);
    return 2;
  }
  const stuck = stuckObjects(result);
  if (!json && (!settled || stuck.length > 0)) process.stdout.write(whyStuck(result, settled, stuck));
  return settled && stuck.length === 0 ? 0 : 1;
}

function readFile(file: string): string | undefined {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    process.stderr.write(`error: the path "${file}" cannot be read: ${(error as Error).message}\n`);
    return undefined;
  }
}

/** What was taken but does nothing, by what that means; the same field of several objects once. */
function unsimulatedText({ notSimulated }: Session): string {
  const byMeaning = new Map<string, Set<string>>();
  for (const { object, path, meaning } of notSimulated) {
    const places = byMeaning.get(meaning) ?? new Set();
    byMeaning.set(meaning, places.add(path === 'kind' ? object : `${object} ${path}`));
  }
  if (byMeaning.size === 0) return '';
  const groups = [...byMeaning].map(([meaning, places]) => {
    const shown = [...places].slice(0, SHOWN_PLACES).map((place) => `    ${place}\n`);
    const more = places.size > SHOWN_PLACES ? `    and ${places.size - SHOWN_PLACES} more\n` : '';
    return `  ${meaning}\n${shown.join('')}${more}`;
  });
  return `\nAccepted, but not simulated:\n${groups.join('')}`;
}

function tell(session: Session): void {
  process.stdout.write(`${timeline(session)}\n`);
  for (const table of TABLES) {
    const { out } = session.command(`kubectl get ${table} -A`);
    if (out !== '') process.stdout.write(`\n$ kubectl get ${table} -A\n${out}`);
  }
  process.stdout.write(unsimulatedText(session));
}

const phaseOf = (object: KubeObject): string =>
  (object as KubeObject & { readonly status?: { readonly phase?: string } }).status?.phase ?? '';

/** Claims, volumes and pods that ended Pending, Failed or Lost. */
function stuckObjects({ objects }: RunResult): readonly KubeObject[] {
  const kinds = ['Pod', 'PersistentVolumeClaim', 'PersistentVolume'];
  return objects.filter(
    (object) => kinds.includes(object.kind) && ['Pending', 'Failed', 'Lost'].includes(phaseOf(object)),
  );
}

function whyStuck({ now, events }: RunResult, settled: boolean, stuck: readonly KubeObject[]): string {
  const lines = settled ? [] : [`\nNot settled after ${now}: something still goes on.`];
  for (const object of stuck) {
    const { name, namespace } = object.metadata;
    const on = [object.kind, namespace, name].filter((part) => part !== undefined).join('/');
    const last = events.filter((event) => event.on === on).at(-1);
    lines.push(`\n${on} is ${phaseOf(object)}${last ? `: ${last.reason}: ${last.message}` : ''}`);
  }
  return `${lines.join('')}\n`;
}
