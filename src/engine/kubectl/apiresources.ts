import { apiVersionOf } from '../api/kind.ts';
import type { ApiServer } from '../api/server.ts';
import type { Context } from '../sim/context.ts';
import { type Flag, parseArguments } from './flags.ts';
import { resourceName } from './resources.ts';
import { CommandError, Output } from './result.ts';
import { printTable } from './table.ts';

export const API_RESOURCES_FLAGS: readonly Flag[] = [
  { name: 'api-group', takes: 'text' },
  { name: 'cached', takes: 'bool' },
  { name: 'categories', takes: 'text' },
  { name: 'namespaced', takes: 'bool' },
  { name: 'no-headers', takes: 'bool' },
  { name: 'output', short: 'o', takes: 'text' },
  { name: 'sort-by', takes: 'text' },
  { name: 'verbs', takes: 'text' },
];
const VERBS: readonly string[] = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** @see staging/src/k8s.io/kubectl/pkg/cmd/apiresources/apiresources.go */
export function apiResources(api: ApiServer, _ctx: Context, words: readonly string[]): Output {
  const output = new Output();
  const args = parseArguments('api-resources', words, API_RESOURCES_FLAGS);
  if (args.words.length > 0)
    throw new CommandError(
      `unexpected arguments: [${args.words.join(' ')}]\nSee 'kubectl api-resources -h' for help and examples`,
    );
  const sortBy = args.text('sort-by') ?? '';
  if (!['', 'name', 'kind'].includes(sortBy)) throw new CommandError('--sort-by accepts only name or kind');
  const group = args.text('api-group');
  const namespaced = args.text('namespaced');
  const categories = args.text('categories')?.split(',') ?? [];
  const verbs = args.text('verbs')?.split(',') ?? [];
  const kinds = api.registry.kinds
    .filter((kind) => group === undefined || kind.group === group)
    .filter((kind) => namespaced === undefined || String(kind.namespaced) === namespaced)
    .filter((kind) => categories.every((category) => category === 'all' && kind.all === true))
    .filter(() => verbs.every((verb) => VERBS.includes(verb)))
    .sort((a, b) => {
      const by = sortBy === 'kind' ? compare(a.kind, b.kind) : sortBy === '' ? compare(a.group, b.group) : 0;
      return by || compare(a.plural, b.plural);
    });
  const format = args.text('output') ?? '';
  if (format === 'name') {
    for (const kind of kinds) output.line(resourceName(kind));
    return output;
  }
  if (format !== '' && format !== 'wide') throw new CommandError(`--output ${format} is not available`);
  const isWide = format === 'wide';
  const rows = kinds.map((kind) => [
    kind.plural,
    kind.shortNames.join(','),
    apiVersionOf(kind),
    String(kind.namespaced),
    kind.kind,
    ...(isWide ? [VERBS.join(','), kind.all ? 'all' : ''] : []),
  ]);
  const headings = [
    'NAME',
    'SHORTNAMES',
    'APIVERSION',
    'NAMESPACED',
    'KIND',
    ...(isWide ? ['VERBS', 'CATEGORIES'] : []),
  ];
  output.out = printTable({ headings, rows }, { noHeaders: args.is('no-headers') });
  return output;
}

/** @see staging/src/k8s.io/kubectl/pkg/cmd/apiresources/apiversions.go */
export function apiVersions(api: ApiServer): Output {
  const output = new Output();
  for (const version of [...new Set(api.registry.kinds.map(apiVersionOf))].sort()) output.line(version);
  return output;
}

export const VERSION_FLAGS: readonly Flag[] = [
  { name: 'client', takes: 'bool' },
  { name: 'output', short: 'o', takes: 'text' },
];

/** @see staging/src/k8s.io/kubectl/pkg/cmd/version/version.go */
export function version(_api: ApiServer, _ctx: Context, words: readonly string[]): Output {
  const output = new Output();
  const args = parseArguments('version', words, VERSION_FLAGS);
  if (args.text('output') !== undefined)
    throw new CommandError('--output must be left out here: only the text form is printed');
  output.line('Client Version: v1.36.2');
  output.line('Kustomize Version: v5.8.1');
  if (!args.is('client')) output.line('Server Version: v1.36.2');
  return output;
}
