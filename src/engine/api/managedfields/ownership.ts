/**
 * Who owns the fields of an object, worked out when somebody asks: the log says which process wrote each version, and a
 * step's label which command. Only server-side apply, whose owners a log of values cannot tell, leaves `managedFields` in
 * the object; what follows is again read from the log. Writes cost nothing, and a run that is forked, sought or done again
 * has the same owners.
 */
import type { Context } from '../../sim/context.ts';
import type { StepHead } from '../../sim/log.ts';
import { deepEqual } from '../diff.ts';
import { formatTime } from '../duration.ts';
import { apiVersionOf, type KindDefinition, keyOf, tableOf } from '../kind.ts';
import type { KubeObject, ManagedFieldsEntry } from '../object.ts';
import type { ApiServer } from '../server.ts';
import { beforeAdmission } from './admitted.ts';
import { decodeOwners, encodeOwners } from './entries.ts';
import { EMPTY_SET, type FieldSet, field, setOf } from './fieldset.ts';
import { isServerSideApply, managerOf } from './managers.ts';
import { shapeOfKind } from './shape.ts';
import { type MergeRules, type Owners, updateOwners, type Writer } from './updater.ts';

/** A version of an object: what came before it, and the step that wrote it. */
interface Version {
  readonly before: KubeObject | undefined;
  readonly after: KubeObject;
  readonly step: StepHead;
}

/** How objects of a kind are merged, and what a request to the object itself or to a subresource never writes. */
export function rulesFor(definition: KindDefinition, subresource?: string): MergeRules {
  const ignored: FieldSet =
    subresource === 'status'
      ? setOf([field('spec')])
      : definition.statusSubresource
        ? setOf([field('status')])
        : EMPTY_SET;
  return { shape: shapeOfKind(apiVersionOf(definition), definition.kind), ignored };
}

/** What is compared: the fields that the server alone looks after, and those of a deletion, are nobody's. */
export function ownable(object: KubeObject): KubeObject {
  const {
    managedFields: _1,
    resourceVersion: _2,
    deletionTimestamp: _3,
    deletionGracePeriodSeconds: _4,
    ...metadata
  } = object.metadata;
  return { ...object, metadata } as unknown as KubeObject;
}

/** Versions up to the present one, the oldest first, from the last one that says who owns what. */
function versionsOf({ log }: Context, table: string, key: string, present: KubeObject): readonly Version[] {
  const address = log.idOf(table, key);
  const versions: Version[] = [];
  for (let row = log.rows - 1; row >= 0; row -= 1) {
    if (log.rowAddress[row] !== address) continue;
    const after = log.rowAfter[row] as KubeObject | undefined;
    // What is looked at may be an earlier moment than the end of the log.
    if (after === undefined || (versions.length === 0 && after !== present)) continue;
    const before = log.rowBefore[row] as KubeObject | undefined;
    const step = log.step(log.stepOfRow(row));
    versions.push({ before, after, step });
    if (before === undefined || saysOwners(before, after, step)) break;
  }
  return versions.reverse();
}

/** An apply says who owns what, also where it comes to the same owners in the same second. */
function saysOwners(before: KubeObject, after: KubeObject, { label }: StepHead): boolean {
  const [old, young] = [before.metadata.managedFields, after.metadata.managedFields];
  return (young !== undefined && isServerSideApply(label)) || !deepEqual(old, young);
}

/** The owners of an object that is stored. */
export function ownersOf(api: ApiServer, ctx: Context, definition: KindDefinition, object: KubeObject): Owners {
  const { namespace, name } = object.metadata;
  const [first, ...later] = versionsOf(ctx, tableOf(definition), keyOf(namespace, name), object);
  if (!first) return [];
  let owners = firstOwners(api, ctx, definition, first);
  for (const version of later) {
    const writer = writerOf(api, ctx, definition, version);
    // An object that nobody owned when it came is not kept account of before its first apply.
    if (!writer || owners.length === 0 || version.before === undefined) continue;
    const rules = rulesFor(definition, writer.subresource);
    owners = updateOwners(owners, ownable(version.before), ownable(version.after), writer, rules);
  }
  return owners;
}

function firstOwners(api: ApiServer, ctx: Context, definition: KindDefinition, version: Version): Owners {
  const { managedFields } = version.after.metadata;
  if (managedFields !== undefined) return decodeOwners(managedFields, apiVersionOf(definition));
  const writer = version.before === undefined ? writerOf(api, ctx, definition, version) : undefined;
  if (!writer) return [];
  return updateOwners([], {}, ownable(beforeAdmission(definition, version.after)), writer, rulesFor(definition));
}

/** Who made a version; undefined for a deletion's mark and a pod's binding, which no manager is put down for. */
function writerOf(
  api: ApiServer,
  ctx: Context,
  definition: KindDefinition,
  { before, after, step }: Version,
): Writer | undefined {
  const isMark =
    before !== undefined &&
    (before.metadata.deletionTimestamp !== after.metadata.deletionTimestamp ||
      before.metadata.deletionGracePeriodSeconds !== after.metadata.deletionGracePeriodSeconds);
  const found = managerOf(step.process, step.label);
  if (isMark || !found || isBinding(definition, before, after)) return undefined;
  const isStatus = before !== undefined && writesStatus(definition, before, after);
  const isQuota = isStatus && definition.kind === 'ResourceQuota' && !step.process.startsWith('resourcequota');
  const subresource = isStatus ? 'status' : before === undefined ? undefined : found.subresource;
  return {
    // Admission counts against a quota in the request that it lets pass.
    manager: isQuota ? 'kube-apiserver' : found.manager,
    apiVersion: apiVersionOf(definition),
    time: formatTime(api.epochMillis(ctx) - ctx.now + step.at),
    ...(subresource !== undefined && { subresource }),
  };
}

const nodeNameOf = (object: KubeObject): unknown =>
  (object as { readonly spec?: { readonly nodeName?: string } }).spec?.nodeName;

const isBinding = ({ kind }: KindDefinition, before: KubeObject | undefined, after: KubeObject): boolean =>
  kind === 'Pod' && before !== undefined && nodeNameOf(before) !== nodeNameOf(after);

/** Whether a version was written through the status subresource: nothing else can change a status. */
function writesStatus(definition: KindDefinition, before: KubeObject, after: KubeObject): boolean {
  const statusOf = (object: KubeObject): unknown => (object as { readonly status?: unknown }).status;
  return definition.statusSubresource === true && !deepEqual(statusOf(before), statusOf(after));
}

/** `metadata.managedFields` of an object that is stored, as the API server would send it. */
export const managedFieldsOf = (
  api: ApiServer,
  ctx: Context,
  definition: KindDefinition,
  object: KubeObject,
): readonly ManagedFieldsEntry[] => encodeOwners(ownersOf(api, ctx, definition, object));

/** The object with its `managedFields`, where somebody owns a field of it. */
export function withManagedFields(
  api: ApiServer,
  ctx: Context,
  definition: KindDefinition,
  object: KubeObject,
): KubeObject {
  const { managedFields: _, ...metadata } = object.metadata;
  const entries = managedFieldsOf(api, ctx, definition, object);
  return { ...object, metadata: entries.length === 0 ? metadata : { ...metadata, managedFields: entries } };
}
