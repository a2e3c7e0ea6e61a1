import type { Context } from '../../sim/context.ts';
import { LAST_APPLIED, sortedJson } from '../apply.ts';
import { decodeObject } from '../decode.ts';
import { deepEqual } from '../diff.ts';
import { badRequest, StatusError } from '../errors.ts';
import { apiVersionOf, type KindDefinition } from '../kind.ts';
import type { KubeObject, ManagedFieldsEntry, ObjectInput } from '../object.ts';
import { isPlain } from '../patch/plain.ts';
import type { ApiServer, Ref } from '../server.ts';
import { conflictError, encodeOwners } from './entries.ts';
import { EMPTY_SET, type FieldSet, hasPath } from './fieldset.ts';
import { ownable, ownersOf, rulesFor } from './ownership.ts';
import {
  type Applied,
  applyConfiguration,
  fieldsAsLastApplied,
  type MergeRules,
  type Owner,
  type Owners,
  updateOwners,
  type Writer,
} from './updater.ts';
import { typeErrors } from './validate.ts';

export interface ServerSideApplyOptions {
  readonly manager: string;
  /** Takes fields from other managers instead of failing. */
  readonly force?: boolean;
  readonly subresource?: 'status';
  readonly dryRun?: boolean;
}

/** The name under which kubectl applies: for it alone the API server minds what client-side apply noted. */
export const KUBECTL = 'kubectl';
const BEFORE_FIRST_APPLY = 'before-first-apply';

/**
 * PATCH of type apply: merges what the manager wants into the object, or creates it, and keeps account of who owns which
 * field.
 * @throws StatusError Conflict where a field belongs to another manager; BadRequest; what create and update throw
 * @see staging/src/k8s.io/apiserver/pkg/endpoints/handlers/patch.go applyPatcher
 */
export function serverSideApply(
  api: ApiServer,
  ctx: Context,
  config: ObjectInput,
  options: ServerSideApplyOptions,
): KubeObject {
  const definition = api.definition(config.apiVersion, config.kind);
  const rules = rulesFor(definition, options.subresource);
  const ref = refOf(config);
  refuseMalformed(definition, ref, config, rules);
  const live = options.subresource ? api.get<KubeObject>(ctx, ref) : api.find<KubeObject>(ctx, ref);
  const base = live
    ? ownable(live)
    : ({ apiVersion: config.apiVersion, kind: config.kind, metadata: {} } as KubeObject);
  const owners = live ? ownersOf(api, ctx, definition, live) : [];
  const writer: Writer = {
    manager: options.manager,
    apiVersion: config.apiVersion,
    time: api.timestamp(ctx),
    ...(options.subresource && { subresource: options.subresource }),
  };
  const { object, owners: after } = merged(definition, live ? owners : undefined, base, config, writer, rules, options);
  const next = options.manager === KUBECTL ? withNoted(object, config) : object;
  const isSame = deepEqual(next, base);
  const entries =
    live && isSame && haveSameFields(owners, after)
      ? live.metadata.managedFields
      : encodeOwners(isSame ? withKnownTime(after, owners, options.manager) : after);
  return write(api, ctx, next, entries, live, options);
}

const refOf = ({ apiVersion, kind, metadata: { name = '', namespace } }: ObjectInput): Ref => ({
  apiVersion,
  kind,
  name,
  ...(namespace && { namespace }),
});

function refuseMalformed(definition: KindDefinition, ref: Ref, config: ObjectInput, { shape }: MergeRules): void {
  if (config.metadata.managedFields !== undefined) throw badRequest('metadata.managedFields must be nil');
  const errors = typeErrors(config, shape);
  if (errors === undefined) return;
  const version = definition.group === '' ? `/${definition.version}` : apiVersionOf(definition);
  const what = `${ref.namespace ?? ''}/${ref.name}; ${version}, Kind=${definition.kind}`;
  throw new StatusError('', `failed to create typed patch object (${what}): ${errors}`);
}

/** What the apply makes of an object; conflicts with what kubectl itself applied before from its own side are none. */
function merged(
  definition: KindDefinition,
  known: Owners | undefined,
  base: KubeObject,
  config: ObjectInput,
  writer: Writer,
  rules: MergeRules,
  { manager, force = false }: ServerSideApplyOptions,
): Extract<Applied, { owners: Owners }> {
  const owners =
    known?.length === 0 ? updateOwners([], {}, base, { ...writer, manager: BEFORE_FIRST_APPLY }, rules) : (known ?? []);
  const applied = applyConfiguration(owners, base, config, writer, rules, force);
  if (!('conflicts' in applied)) return applied;
  const allowed = manager === KUBECTL ? lastAppliedFields(definition, base, rules) : EMPTY_SET;
  const conflicts = applied.conflicts.filter(({ path }) => !hasPath(allowed, path));
  if (conflicts.length > 0) throw conflictError(conflicts);
  return merged(definition, known, base, config, writer, rules, { manager, force: true });
}

function lastAppliedFields(definition: KindDefinition, live: KubeObject, { shape }: MergeRules): FieldSet {
  const noted = notedIn(live);
  return noted?.['apiVersion'] === apiVersionOf(definition) ? fieldsAsLastApplied(noted, live, shape) : EMPTY_SET;
}

function notedIn({ metadata }: KubeObject): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(metadata.annotations?.[LAST_APPLIED] ?? 'null');
    return isPlain(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The note of client-side apply is kept up where there is one, so that one can go back to it. */
function withNoted(object: unknown, config: ObjectInput): unknown {
  const { metadata } = object as KubeObject;
  if (!metadata.annotations?.[LAST_APPLIED]) return object;
  const { annotations: given, ...rest } = config.metadata;
  const { [LAST_APPLIED]: _, ...annotations } = given ?? {};
  const bare = { ...config, metadata: { ...rest, ...(given && { annotations }) } };
  const noted = `${sortedJson(bare)}\n`;
  return {
    ...(object as KubeObject),
    metadata: { ...metadata, annotations: { ...metadata.annotations, [LAST_APPLIED]: noted } },
  };
}

const untimed = (owners: Owners): readonly ManagedFieldsEntry[] =>
  encodeOwners(owners.map(({ time: _, ...owner }): Owner => owner));

const haveSameFields = (a: Owners, b: Owners): boolean => deepEqual(untimed(a), untimed(b));

/** An apply that changes nothing leaves the time of its manager as it was. */
function withKnownTime(owners: Owners, before: Owners, manager: string): Owners {
  return owners.map((owner) => {
    if (owner.operation !== 'Apply' || owner.manager !== manager) return owner;
    const { time: _, ...rest } = owner;
    const known = before.find((one) => one.operation === 'Apply' && one.manager === manager)?.time;
    return known === undefined ? rest : { ...rest, time: known };
  });
}

function write(
  api: ApiServer,
  ctx: Context,
  object: unknown,
  entries: readonly ManagedFieldsEntry[] | undefined,
  live: KubeObject | undefined,
  { subresource, dryRun = false }: ServerSideApplyOptions,
): KubeObject {
  const decoded = decodeObject(api.registry, object);
  const { resourceVersion = live?.metadata.resourceVersion, ...metadata } = decoded.metadata;
  const next = {
    ...decoded,
    metadata: { ...metadata, ...(resourceVersion !== undefined && { resourceVersion }) },
  } as unknown as KubeObject;
  const writing = { dryRun, ...(entries && { managedFields: entries }) };
  if (!live) return api.create(ctx, next, writing);
  return subresource ? api.updateStatus(ctx, next, writing) : api.update(ctx, next, writing);
}
