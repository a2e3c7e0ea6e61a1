import { LAST_APPLIED } from '../api/apply.ts';
import { StatusError } from '../api/errors.ts';
import { apiVersionOf, type KindDefinition } from '../api/kind.ts';
import { encodeOwners } from '../api/managedfields/entries.ts';
import { field, hasPath, union } from '../api/managedfields/fieldset.ts';
import { ownersOf } from '../api/managedfields/ownership.ts';
import { KUBECTL, serverSideApply } from '../api/managedfields/serverside.ts';
import type { Owner, Owners } from '../api/managedfields/updater.ts';
import type { KubeObject, ObjectInput } from '../api/object.ts';
import type { ApiServer } from '../api/server.ts';
import type { Context } from '../sim/context.ts';
import type { Arguments } from './flags.ts';
import { type Mapped, refTo, warnIfDeleting } from './manifests.ts';
import { dryRunOf } from './printer.ts';
import { CommandError, type Output } from './result.ts';

/** What an apply came to. */
export interface AppliedObject {
  readonly object: KubeObject;
  readonly done: string;
}

/** Owner of the annotation of client-side apply, so that the first apply of the server leaves it. */
const LAST_APPLIED_MANAGER = 'kubectl-last-applied';
const NOTED = [field('metadata'), field('annotations'), field(LAST_APPLIED)];

const ADVICE = `
Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the \`--force-conflicts\` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts`;

/**
 * `kubectl apply --server-side` of one object. What client-side apply owned becomes the applier's.
 * @see staging/src/k8s.io/kubectl/pkg/cmd/apply/apply.go applyOneObject
 */
export function applyServerSide(
  api: ApiServer,
  ctx: Context,
  mapped: Mapped,
  args: Arguments,
  output: Output,
): AppliedObject {
  const { definition, value, namespace } = mapped;
  const manager = args.text('field-manager') || KUBECTL;
  const dryRun = dryRunOf(args) === 'server';
  const { namespace: _, ...metadata } = value['metadata'] as ObjectInput['metadata'];
  const config = {
    ...value,
    metadata: { ...metadata, ...(namespace !== undefined && { namespace }) },
  } as unknown as ObjectInput;
  const live = api.find<KubeObject>(ctx, refTo(mapped));
  const isStatus = args.text('subresource') === 'status';
  const send = (): KubeObject =>
    serverSideApply(api, ctx, config, {
      manager,
      force: args.is('force-conflicts'),
      dryRun,
      ...(isStatus && { subresource: 'status' }),
    });
  let object = withAdvice(send);
  if (live && !dryRun && manager === KUBECTL) keepLastApplied(api, ctx, definition, object);
  if (live && !dryRun && migrate(api, ctx, mapped, manager)) object = withAdvice(send);
  warnIfDeleting(object, output);
  return { object, done: 'serverside-applied' };
}

/** A conflict comes with what to do about it. */
function withAdvice(send: () => KubeObject): KubeObject {
  try {
    return send();
  } catch (error) {
    if (!(error instanceof StatusError) || error.reason !== 'Conflict') throw error;
    throw new CommandError(error.message + ADVICE);
  }
}

const ownsNote = ({ fields }: Owner): boolean => hasPath(fields, NOTED);

/** @see saveLastApplyAnnotationIfNecessary */
function keepLastApplied(api: ApiServer, ctx: Context, definition: KindDefinition, object: KubeObject): void {
  const { name, namespace, annotations } = object.metadata;
  const noted = annotations?.[LAST_APPLIED];
  if (noted === undefined) return;
  if (ownersOf(api, ctx, definition, object).some((owner) => owner.operation === 'Apply' && ownsNote(owner))) return;
  serverSideApply(
    api,
    ctx,
    {
      apiVersion: apiVersionOf(definition),
      kind: definition.kind,
      metadata: { name, ...(namespace !== undefined && { namespace }), annotations: { [LAST_APPLIED]: noted } },
    },
    { manager: LAST_APPLIED_MANAGER },
  );
}

/**
 * Makes what client-side apply owned the applier's; returns whether there was anything.
 * @see staging/src/k8s.io/client-go/util/csaupgrade/upgrade.go UpgradeManagedFields
 */
function migrate(api: ApiServer, ctx: Context, mapped: Mapped, manager: string): boolean {
  const object = api.get<KubeObject>(ctx, refTo(mapped));
  const owners = ownersOf(api, ctx, mapped.definition, object);
  const names = new Set(
    owners.filter((owner) => owner.operation === 'Update' && ownsNote(owner)).map((owner) => owner.manager),
  );
  if (names.size === 0) return false;
  const upgraded = [...names].reduce((all, name) => upgradedOwners(all, name, manager), owners);
  api.update(ctx, object, { managedFields: encodeOwners(upgraded) });
  return true;
}

function upgradedOwners(owners: Owners, client: string, manager: string): Owners {
  const isClient = (owner: Owner): boolean =>
    owner.manager === client && owner.operation === 'Update' && !owner.subresource;
  const isServer = (owner: Owner): boolean =>
    owner.manager === manager && owner.operation === 'Apply' && !owner.subresource;
  const own = owners.find(isServer);
  const given = owners.find(isClient);
  if (!given) return owners;
  const joined: Owner = own
    ? { ...own, fields: union(own.fields, given.fields) }
    : { ...given, manager, operation: 'Apply' };
  return [...owners.filter((owner) => owner !== own && !isClient(owner)), joined];
}
