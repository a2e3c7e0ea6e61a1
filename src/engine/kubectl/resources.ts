import { type KindDefinition, keyOf, tableOf } from '../api/kind.ts';
import type { KubeObject } from '../api/object.ts';
import type { ApiServer } from '../api/server.ts';
import type { Context } from '../sim/context.ts';
import { CommandError } from './result.ts';

/** What a command is about: a kind, and names of objects, or all of it. */
export interface Target {
  readonly definition: KindDefinition;
  readonly names: readonly string[] | undefined;
}

/** `kind` or `kind.group` in lower case, as kubectl names objects. */
export const qualifiedKind = ({ kind, group }: KindDefinition): string =>
  (group === '' ? kind : `${kind}.${group}`).toLowerCase();

export const resourceName = ({ plural, group }: KindDefinition): string =>
  group === '' ? plural : `${plural}.${group}`;

function kindsOf(api: ApiServer, type: string): readonly KindDefinition[] {
  if (type === 'all') return api.registry.kinds.filter(({ all }) => all);
  const found = api.registry.byName(type);
  // The group, and what stands behind it, is not named.
  if (!found) throw new CommandError(`the server doesn't have a resource type "${type.split('.')[0] ?? ''}"`);
  return [found];
}

/**
 * Reads `TYPE[,TYPE…] [NAME…]` or `TYPE/NAME…`.
 * @throws CommandError where a type is not served or the forms are mixed
 */
export function parseTargets(api: ApiServer, words: readonly string[], command: string): readonly Target[] {
  if (words.some((word) => word.includes('/'))) {
    return words.map((word) => {
      const [type = '', name = '', ...more] = word.split('/');
      if (!word.includes('/')) {
        const forms = `'kubectl ${command} resource/<resource_name>' instead of 'kubectl ${command} resource resource/<resource_name>'`;
        throw new CommandError(
          `there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. ${forms}`,
        );
      }
      if (more.length > 0) throw new CommandError('arguments in resource/name form may not have more than one slash');
      if (type === '' || name === '') {
        throw new CommandError('arguments in resource/name form must have a single resource and name');
      }
      const [definition] = kindsOf(api, type);
      if (!definition) throw new CommandError(`the server doesn't have a resource type "${type}"`);
      return { definition, names: [name] };
    });
  }
  const [types = '', ...names] = words;
  const definitions = types
    .split(',')
    .filter((type) => type !== '')
    .flatMap((type) => kindsOf(api, type));
  if (names.length > 0 && definitions.length > 1) throw new CommandError('you must specify only one resource');
  return definitions.map((definition) => ({ definition, names: names.length > 0 ? names : undefined }));
}

/** All objects of a kind, of one namespace or of all, in the order of their keys. */
export function listObjects(
  ctx: Context,
  definition: KindDefinition,
  namespace: string | undefined,
): readonly KubeObject[] {
  const table = tableOf(definition);
  const keys =
    definition.namespaced && namespace !== undefined && definition.indices?.['byNamespace']
      ? ctx.liveBucket(table, 'byNamespace', namespace)
      : ctx.liveKeys(table);
  return keys.map((key) => ctx.live<KubeObject>(table, key)).filter((object) => object !== undefined);
}

export const findObject = (
  ctx: Context,
  definition: KindDefinition,
  namespace: string,
  name: string,
): KubeObject | undefined =>
  ctx.live<KubeObject>(tableOf(definition), keyOf(definition.namespaced ? namespace : undefined, name));
