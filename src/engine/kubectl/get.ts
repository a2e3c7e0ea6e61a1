import { notFound } from '../api/errors.ts';
import { apiVersionOf, type Column, type KindDefinition } from '../api/kind.ts';
import { withManagedFields } from '../api/managedfields/ownership.ts';
import type { KubeObject } from '../api/object.ts';
import { compareQuantities, quantityError } from '../api/quantity.ts';
import {
  type FieldRequirement,
  isSelectorError,
  matchesFields,
  matchesRequirements,
  parseFieldSelector,
  parseLabelSelector,
} from '../api/selectors.ts';
import type { ApiServer } from '../api/server.ts';
import type { Context } from '../sim/context.ts';
import { printCustomColumns } from './customcolumns.ts';
import { fieldReader, unknownField } from './fieldselectors.ts';
import { type Arguments, type Flag, parseArguments } from './flags.ts';
import { printJsonPath, printJsonPathAsJson, relaxedPath, valuesAt, valueText } from './jsonpath.ts';
import { FILE_FLAGS, type Files, forEachManifest, readFiles, refTo } from './manifests.ts';
import { findObject, listObjects, parseTargets, qualifiedKind, type Target } from './resources.ts';
import { CommandError, Output, refusalText } from './result.ts';
import { toJson, toYaml, withoutManagedFields } from './serialize.ts';
import { printTable, type Table } from './table.ts';

export const GET_FLAGS: readonly Flag[] = [
  ...FILE_FLAGS,
  { name: 'output', short: 'o', takes: 'text' },
  { name: 'all-namespaces', short: 'A', takes: 'bool' },
  { name: 'selector', short: 'l', takes: 'text' },
  { name: 'field-selector', takes: 'text' },
  { name: 'no-headers', takes: 'bool' },
  { name: 'show-labels', takes: 'bool' },
  { name: 'show-kind', takes: 'bool' },
  { name: 'label-columns', short: 'L', takes: 'text' },
  { name: 'sort-by', takes: 'text' },
  { name: 'ignore-not-found', takes: 'bool' },
  { name: 'chunk-size', takes: 'text' },
  { name: 'show-managed-fields', takes: 'bool' },
  { name: 'watch', short: 'w', takes: 'bool' },
  { name: 'watch-only', takes: 'bool' },
];

/** What a `get` asks for. */
interface Request {
  readonly namespace: string;
  readonly everywhere: boolean;
  readonly labels: string | undefined;
  readonly fields: string | undefined;
}

/** Objects of one kind in the order in which they are shown; `listed` where the kind was asked for, not names. */
interface Group {
  readonly definition: KindDefinition;
  readonly objects: KubeObject[];
  readonly listed: boolean;
}

/** @see staging/src/k8s.io/kubectl/pkg/cmd/get/get.go */
export function get(api: ApiServer, ctx: Context, words: readonly string[], files: Files): Output {
  const output = new Output();
  const args = parseArguments('get', words, GET_FLAGS);
  const given = args.text('output') ?? '';
  if (args.is('show-labels') && given !== '' && given !== 'wide')
    throw new CommandError(`--show-labels option cannot be used with ${given} printer`);
  const { request, targets, groups } = selectGroups(api, ctx, args, output, files);
  const ignoreMissing = args.is('ignore-not-found');
  const sortBy = args.text('sort-by');
  if (sortBy) for (const { objects } of groups) sortObjects(objects, relaxedPath(sortBy));
  const format = args.text('output') ?? '';
  const single = targets.length === 1 && targets[0]?.names?.length === 1;
  const isTable = format === '' || format === 'wide';
  if (isTable) output.out = printTables(groups, api.epochMillis(ctx), tableOptions(args, groups));
  else printObjects(output, format, withOwners(api, ctx, args, groups), single, args.is('no-headers'));
  const empty = groups.every(({ objects }) => objects.length === 0);
  if (empty && isTable && !ignoreMissing && output.exit === 0) {
    const namespaced = !request.everywhere && targets.every(({ definition }) => definition.namespaced);
    output.errorLine(namespaced ? `No resources found in ${request.namespace} namespace.` : 'No resources found');
  }
  return output;
}

/** Whether tables must say of which kind an object is: what was asked for by name and is missing does not count. */
const hasSeveralKinds = (groups: readonly Group[]): boolean =>
  new Set(groups.filter(({ listed, objects }) => listed || objects.length > 0).map(({ definition }) => definition))
    .size > 1;

/** How the arguments want tables to look. */
export const tableOptions = (args: Arguments, groups: readonly Group[]): TableOptions => ({
  wide: args.text('output') === 'wide',
  noHeaders: args.is('no-headers'),
  showKind: args.is('show-kind') || hasSeveralKinds(groups),
  showLabels: args.is('show-labels'),
  labelColumns: args.list('label-columns').flatMap((list) => list.split(',')),
  namespaces: args.is('all-namespaces'),
});

interface Selection {
  readonly request: Request;
  readonly targets: readonly Target[];
  readonly groups: readonly Group[];
}

/**
 * The objects that the arguments ask for; what is missing is printed.
 * @throws CommandError where they contradict each other
 */
export function selectGroups(
  api: ApiServer,
  ctx: Context,
  args: Arguments,
  output: Output,
  files: Files = {},
): Selection {
  if (args.list('filename').length > 0) return selectFiles(api, ctx, args, output, files);
  if (args.words.length === 0) {
    output.errorLine(
      'You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.\n',
    );
    const help =
      'Use "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).';
    throw new CommandError(`Required resource not specified.\n${help}\nSee 'kubectl get -h' for help and examples`);
  }
  const request: Request = {
    namespace: args.text('namespace') || 'default',
    everywhere: args.is('all-namespaces'),
    labels: args.text('selector'),
    fields: args.text('field-selector'),
  };
  const targets = parseTargets(api, args.words, 'get');
  if (targets.some(({ names }) => names) && request.everywhere) {
    throw new CommandError('a resource cannot be retrieved by name across all namespaces');
  }
  if (targets.some(({ names }) => names) && (request.labels !== undefined || request.fields !== undefined)) {
    throw new CommandError('name cannot be provided when a selector is specified');
  }
  const ignoreMissing = args.is('ignore-not-found');
  const groups: Group[] = [];
  for (const { definition, names } of targets) {
    if (!names) {
      const objects = select(ctx, definition, request, output);
      groups.push({ definition, objects: objects ?? [], listed: true });
      continue;
    }
    const last = groups.at(-1);
    const group =
      last && last.definition === definition && !last.listed ? last : { definition, objects: [], listed: false };
    if (group !== last) groups.push(group);
    for (const name of names) {
      const found = findObject(ctx, definition, request.namespace, name);
      if (found) group.objects.push(found);
      else if (!ignoreMissing) output.fail(refusalText(notFound(definition, name), { kind: definition.kind, name }));
    }
  }
  return { request, targets, groups };
}

/** The objects that the manifests of files name. */
function selectFiles(api: ApiServer, ctx: Context, args: Arguments, output: Output, files: Files): Selection {
  if (args.words.length > 0) {
    const text =
      'when paths, URLs, or stdin is provided as resource input, you may not specify resource arguments as well';
    throw new CommandError(text);
  }
  const groups: Group[] = [];
  const targets: Target[] = [];
  const manifests = readFiles(args, files, output);
  forEachManifest(
    api,
    manifests,
    args.text('namespace'),
    output,
    (mapped) => {
      const object = args.is('ignore-not-found')
        ? api.find<KubeObject>(ctx, refTo(mapped))
        : api.get<KubeObject>(ctx, refTo(mapped));
      const { definition, name } = mapped;
      targets.push({ definition, names: [name] });
      const last = groups.at(-1);
      const group = last?.definition === definition ? last : { definition, objects: [], listed: false };
      if (group !== last) groups.push(group);
      if (object) group.objects.push(object);
    },
    '',
  );
  const request = {
    namespace: args.text('namespace') || 'default',
    everywhere: false,
    labels: undefined,
    fields: undefined,
  };
  return { request, targets, groups };
}

function select(ctx: Context, definition: KindDefinition, request: Request, output: Output): KubeObject[] | undefined {
  let objects = listObjects(ctx, definition, request.everywhere ? undefined : request.namespace);
  const { labels, fields } = request;
  const refuse = (why: string): undefined => {
    const version = apiVersionOf(definition).includes('/') ? apiVersionOf(definition) : `/${definition.version}`;
    const what = `"${version}, Resource=${definition.plural}"`;
    const selectors = `label selector "${labels ?? ''}", field selector "${fields ?? ''}"`;
    output.fail(`Error from server (BadRequest): Unable to find ${what} that match ${selectors}: ${why}`);
    return undefined;
  };
  if (labels !== undefined && labels !== '') {
    const requirements = parseLabelSelector(labels);
    if (isSelectorError(requirements)) return refuse(requirements.error);
    objects = objects.filter(({ metadata }) => matchesRequirements(requirements, metadata.labels));
  }
  if (fields !== undefined && fields !== '') {
    const requirements: readonly FieldRequirement[] | { readonly error: string } = parseFieldSelector(fields);
    if (isSelectorError(requirements)) throw new CommandError(requirements.error);
    const unknown = requirements.map(({ field }) => unknownField(definition, field)).find((text) => text !== undefined);
    if (unknown !== undefined) return refuse(unknown);
    objects = objects.filter((object) => matchesFields(requirements, fieldReader(definition, object)));
  }
  return [...objects];
}

/** @see staging/src/k8s.io/kubectl/pkg/cmd/get/sorter.go */
function sortObjects(objects: KubeObject[], path: string): void {
  const keys = new Map(objects.map((object) => [object, valuesAt(path, object)[0]]));
  if (objects.length > 0 && [...keys.values()].every((key) => key === undefined))
    throw new CommandError(`couldn't find any field with path ${JSON.stringify(path)} in the list of objects`);
  objects.sort((left, right) => compareValues(keys.get(left), keys.get(right)));
}

function compareValues(a: unknown, b: unknown): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [left, right] = [valueText(a), valueText(b)];
  if (left !== '' && right !== '' && !quantityError(left) && !quantityError(right))
    return compareQuantities(left, right);
  return left < right ? -1 : left > right ? 1 : 0;
}

interface TableOptions {
  readonly wide: boolean;
  readonly noHeaders: boolean;
  readonly showKind: boolean;
  readonly showLabels: boolean;
  readonly labelColumns: readonly string[];
  readonly namespaces: boolean;
}

const labelsCell = (labels: Readonly<Record<string, string>> = {}): string =>
  Object.keys(labels)
    .sort()
    .map((key) => `${key}=${labels[key] ?? ''}`)
    .join(',') || '<none>';

/** One table for each kind that has objects, a blank line between. */
function printTables(groups: readonly Group[], now: number, options: TableOptions): string {
  return groups
    .filter(({ objects }) => objects.length > 0)
    .map(({ definition, objects }) => printTable(tableOfObjects(definition, objects, now, options), options))
    .join('\n');
}

export function tableOfObjects(
  definition: KindDefinition,
  objects: readonly KubeObject[],
  now: number,
  options: TableOptions,
): Table {
  const columns: readonly Column[] = definition.columns.filter(({ priority = 0 }) => options.wide || priority === 0);
  const withNamespace = options.namespaces && definition.namespaced;
  const prefix = options.showKind ? `${qualifiedKind(definition)}/` : '';
  const headings = [
    ...(withNamespace ? ['NAMESPACE'] : []),
    ...columns.map(({ name }) => name.toUpperCase()),
    ...options.labelColumns.map((key) => key.slice(key.lastIndexOf('/') + 1).toUpperCase()),
    ...(options.showLabels ? ['LABELS'] : []),
  ];
  const rows = objects.map((object) => [
    ...(withNamespace ? [object.metadata.namespace ?? ''] : []),
    ...columns.map((column) => (column.name === 'Name' ? prefix : '') + column.cell(object, now)),
    ...options.labelColumns.map((key) => object.metadata.labels?.[key] ?? ''),
    ...(options.showLabels ? [labelsCell(object.metadata.labels)] : []),
  ]);
  return { headings, rows };
}

/** The groups with managed fields where these are to be shown; worked out for them alone. */
function withOwners(api: ApiServer, ctx: Context, args: Arguments, groups: readonly Group[]): readonly Group[] {
  const format = args.text('output') ?? '';
  const isWhole = format === 'json' || format === 'yaml';
  const isShown = isWhole ? args.is('show-managed-fields') : format.includes('managedFields');
  return groups.map((group) => ({
    ...group,
    objects: group.objects.map((object) =>
      isShown ? withManagedFields(api, ctx, group.definition, object) : (withoutManagedFields(object) as KubeObject),
    ),
  }));
}

const FORMATS =
  'custom-columns,custom-columns-file,go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,wide,yaml';

function printObjects(
  output: Output,
  format: string,
  groups: readonly Group[],
  single: boolean,
  noHeaders: boolean,
): void {
  const [name = '', ...rest] = format.split('=');
  const template = rest.join('=');
  const objects = groups.flatMap((group) => group.objects);
  const [first] = objects;
  if (single && !first) return;
  const shown = single ? first : { apiVersion: 'v1', items: objects, kind: 'List', metadata: { resourceVersion: '' } };
  if (name === 'yaml') output.out = toYaml(shown);
  else if (name === 'json') output.out = toJson(shown);
  else if (name === 'name') {
    for (const { definition, objects: members } of groups) {
      for (const { metadata } of members) output.line(`${qualifiedKind(definition)}/${metadata.name}`);
    }
  } else if (name === 'jsonpath' || name === 'jsonpath-as-json') {
    if (template === '') throw new CommandError('template format specified but no template given');
    output.out = name === 'jsonpath' ? printJsonPath(template, shown) : printJsonPathAsJson(template, shown);
  } else if (name === 'custom-columns') {
    if (template === '') throw new CommandError('custom-columns format specified but no custom columns given');
    output.out = printCustomColumns(template, objects, noHeaders);
  } else if (FORMATS.split(',').includes(name))
    throw new CommandError(`the output format "${name}" is not simulated: use json, yaml, jsonpath or custom-columns`);
  else
    throw new CommandError(
      `unable to match a printer suitable for the output format "${format}", allowed formats are: ${FORMATS}`,
    );
}
