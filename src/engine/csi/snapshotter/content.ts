import { attempt, StatusError } from '../../api/errors.ts';
import { recordEvent } from '../../api/events.ts';
import { goQuote } from '../../api/gotext.ts';
import type { Secret } from '../../api/object.ts';
import type { ApiServer } from '../../api/server.ts';
import { SECRETS } from '../../api/tables.ts';
import type { CallRecord } from '../../sim/calls.ts';
import type { SyncResult } from '../../sim/component.ts';
import type { Context } from '../../sim/context.ts';
import { withAnnotation, withFinalizers, withoutAnnotation } from '../../volumes/binding.ts';
import { RESERVED_PREFIX } from '../metadata.ts';
import { addRateLimited, forget } from '../retry.ts';
import {
  BEING_CREATED,
  BEING_DELETED,
  CONTENT_FINALIZER,
  CONTENTS,
  failure,
  isReady,
  SECRET_NAME,
  SECRET_NAMESPACE,
  SNAPSHOT_CLASSES,
  type VolumeSnapshotClass,
  type VolumeSnapshotContent,
} from '../snapshotobjects.ts';
import { grpcError, isFinalError } from '../spec/codes.ts';
import { booleanFlag, driverName, hasController, ownDriver, textFlag } from '../spec/driver.ts';
import { asJson, mapOrNothing, type StringMap, withoutDefaults } from '../spec/messages.ts';
import { secretData } from '../spec/secrets.ts';
import type { Timestamp } from '../spec/timestamp.ts';

export const CONTENT_QUEUE = 'contents';
const SIDECAR = 'csi-snapshotter';
const TIMEOUT = 60_000;
const NANOS = 1_000_000;

const live = (ctx: Context, name: string): VolumeSnapshotContent | undefined =>
  ctx.live<VolumeSnapshotContent>(CONTENTS, name);

/** What an answer has to know of the call that it belongs to. */
interface Pending {
  readonly name: string;
  /** The content had no status yet: a failure is one of the creation, later one of a look. */
  readonly isFirst?: boolean;
}

/** Brings one content of the driver forward. @see pkg/sidecar-controller/snapshot_controller.go syncContent */
export function syncContent(api: ApiServer, ctx: Context, name: string): SyncResult {
  const content = ctx.get<VolumeSnapshotContent>(CONTENTS, name);
  const outcome = content && isDriverMatch(ctx, content) ? attempt(() => sync(api, ctx, content)) : 'done';
  if (outcome === 'blocked') return 'blocked';
  if (outcome === 'done') forget(ctx, CONTENT_QUEUE, name);
  else addRateLimited(ctx, CONTENT_QUEUE, name);
  return undefined;
}

type Outcome = 'blocked' | 'done' | 'again';

function isDriverMatch(ctx: Context, { spec }: VolumeSnapshotContent): boolean {
  if (spec.driver !== driverName(ctx)) return false;
  const found = ctx.get<VolumeSnapshotClass>(SNAPSHOT_CLASSES, spec.volumeSnapshotClassName ?? '');
  return !found || found.driver === driverName(ctx);
}

function sync(api: ApiServer, ctx: Context, content: VolumeSnapshotContent): Outcome {
  if (shouldDelete(content)) return deleteCSISnapshot(api, ctx, content);
  if (content.spec.source.volumeHandle !== undefined && !content.status) return createSnapshot(api, ctx, content, true);
  if (isReady(content)) {
    removeAnnVolumeSnapshotBeingCreated(api, ctx, content);
    return 'done';
  }
  return content.spec.source.snapshotHandle === undefined
    ? createSnapshot(api, ctx, content, false)
    : checkandUpdateContentStatus(api, ctx, content);
}

/** @see shouldDelete */
function shouldDelete({ metadata, spec }: VolumeSnapshotContent): boolean {
  if (metadata.deletionTimestamp === undefined) return false;
  if (spec.source.snapshotHandle !== undefined && !spec.volumeSnapshotRef.uid) return true;
  const { annotations = {} } = metadata;
  return annotations[BEING_CREATED] === undefined && annotations[BEING_DELETED] !== undefined;
}

/** The secret that was noted on the content. @see GetCredentialsFromAnnotation */
function credentials(ctx: Context, { metadata }: VolumeSnapshotContent): StringMap | undefined {
  const { [SECRET_NAME]: name, [SECRET_NAMESPACE]: namespace } = metadata.annotations ?? {};
  if (name === undefined || namespace === undefined) return undefined;
  const secret = ctx.live<Secret>(SECRETS, `${namespace}/${name}`);
  if (!secret) throw failure(`cannot get credentials for snapshot content ${goQuote(metadata.name)}`);
  return mapOrNothing(secretData(secret.data));
}

function call(ctx: Context, method: string, request: object, data: Pending): 'blocked' {
  const target = driverName(ctx);
  ctx.call({ target, method, request: asJson(withoutDefaults(request)), data: { ...data }, deadline: TIMEOUT });
  return 'blocked';
}

// ---- taking --------------------------------------------------------------------------------------------------------

/** @see createSnapshotWrapper */
function createSnapshot(api: ApiServer, ctx: Context, content: VolumeSnapshotContent, isFirst: boolean): Outcome {
  const { name } = content.metadata;
  const input = attempt(() => getCSISnapshotInput(ctx, content));
  if (input instanceof StatusError) {
    const why = goQuote(input.message);
    const text = `failed to get input parameters to create snapshot for content ${name}: ${why}`;
    return createFailed(api, ctx, content, isFirst, text);
  }
  if (content.metadata.annotations?.[BEING_CREATED] === undefined)
    api.update(ctx, withAnnotation(content, BEING_CREATED, 'yes'));
  const { volumeSnapshotRef: ref, source } = content.spec;
  const extra = booleanFlag(ownDriver(ctx), SIDECAR, 'extra-create-metadata') && {
    [`${RESERVED_PREFIX}volumesnapshot/name`]: ref.name ?? '',
    [`${RESERVED_PREFIX}volumesnapshot/namespace`]: ref.namespace ?? '',
    [`${RESERVED_PREFIX}volumesnapshotcontent/name`]: name,
  };
  const prefix = textFlag(ownDriver(ctx), SIDECAR, 'snapshot-name-prefix', 'snapshot');
  const request = {
    name: `${prefix}-${ref.uid ?? ''}`,
    source_volume_id: source.volumeHandle,
    parameters: mapOrNothing({ ...input.parameters, ...extra }),
    secrets: input.secrets,
  };
  return call(ctx, 'CreateSnapshot', request, { name, isFirst });
}

/** @see getCSISnapshotInput, RemovePrefixedParameters */
function getCSISnapshotInput(ctx: Context, content: VolumeSnapshotContent) {
  const { volumeSnapshotClassName: className } = content.spec;
  const { name } = content.metadata;
  if (className === undefined) throw failure(`failed to take snapshot ${name} without a snapshot class`);
  const found = ctx.get<VolumeSnapshotClass>(SNAPSHOT_CLASSES, className);
  if (!found) throw failure(`volumesnapshotclass.snapshot.storage.k8s.io ${JSON.stringify(className)} not found`);
  const parameters = Object.entries(found.parameters ?? {}).filter(([key]) => !key.startsWith(RESERVED_PREFIX));
  return { parameters: Object.fromEntries(parameters), secrets: credentials(ctx, content) };
}

function createFailed(
  api: ApiServer,
  ctx: Context,
  content: VolumeSnapshotContent,
  isFirst: boolean,
  error: string,
): 'again' {
  const [reason, text] = isFirst
    ? ['SnapshotCreationFailed', 'Failed to create snapshot']
    : ['SnapshotContentCheckandUpdateFailed', 'Failed to check and update snapshot content'];
  noteError(api, ctx, content, reason, `${text}: ${error}`);
  return 'again';
}

/** @see updateContentErrorStatusWithEvent */
function noteError(
  api: ApiServer,
  ctx: Context,
  content: VolumeSnapshotContent,
  reason: string,
  message: string,
): void {
  if (content.status?.error?.message === message) return;
  const status = { ...content.status, readyToUse: false, error: { time: api.timestamp(ctx), message } };
  const updated = api.updateStatus<VolumeSnapshotContent>(ctx, { ...content, status });
  warn(api, ctx, updated, reason, message);
}

function warn(api: ApiServer, ctx: Context, about: VolumeSnapshotContent, reason: string, message: string): void {
  const source = `${SIDECAR} ${driverName(ctx)}`;
  recordEvent(api, ctx, { source, about, type: 'Warning', reason, message });
}

function removeAnnVolumeSnapshotBeingCreated(
  api: ApiServer,
  ctx: Context,
  content: VolumeSnapshotContent,
): VolumeSnapshotContent {
  return content.metadata.annotations?.[BEING_CREATED] === undefined
    ? content
    : api.update<VolumeSnapshotContent>(ctx, withoutAnnotation(content, BEING_CREATED));
}

/** What a driver tells of a snapshot. */
interface BackendSnapshot {
  readonly snapshot_id?: string;
  readonly size_bytes?: number | string;
  readonly creation_time?: Timestamp;
  readonly ready_to_use?: boolean;
}

/** @see updateSnapshotContentStatus */
function updateSnapshotContentStatus(
  api: ApiServer,
  ctx: Context,
  content: VolumeSnapshotContent,
  handle: string,
  { ready_to_use: readyToUse = false, size_bytes: bytes = 0, creation_time: created }: BackendSnapshot,
): VolumeSnapshotContent {
  const { status = {} } = content;
  const { error, ...rest } = status;
  const seconds = Number(created?.seconds ?? 0);
  // A driver that does not know when says nothing; then it was now.
  const millis = created === undefined ? api.epochMillis(ctx) : seconds * 1000;
  const isCleared = readyToUse && status.readyToUse !== true;
  return api.updateStatus<VolumeSnapshotContent>(ctx, {
    ...content,
    status: {
      ...rest,
      snapshotHandle: status.snapshotHandle ?? handle,
      readyToUse,
      creationTime: status.creationTime ?? millis * NANOS,
      ...(status.restoreSize === undefined && Number(bytes) > 0 && { restoreSize: Number(bytes) }),
      ...(error && !isCleared && { error }),
    },
  });
}

// ---- looking -------------------------------------------------------------------------------------------------------

/** A snapshot that was there before. @see checkandUpdateContentStatusOperation, GetSnapshotStatus */
function checkandUpdateContentStatus(api: ApiServer, ctx: Context, content: VolumeSnapshotContent): Outcome {
  const { volumeSnapshotClassName: className, source } = content.spec;
  const { name } = content.metadata;
  const handle = content.status?.snapshotHandle ?? source.snapshotHandle ?? '';
  if (className !== undefined && !ctx.get<VolumeSnapshotClass>(SNAPSHOT_CLASSES, className)) {
    const missing = `volumesnapshotclass.snapshot.storage.k8s.io ${JSON.stringify(className)} not found`;
    return createFailed(
      api,
      ctx,
      content,
      false,
      `failed to get snapshot class ${className} for snapshot content ${name}: ${missing}`,
    );
  }
  if (hasController(ownDriver(ctx), 'LIST_SNAPSHOTS'))
    return call(ctx, 'ListSnapshots', { snapshot_id: handle }, { name });
  updateSnapshotContentStatus(api, ctx, content, handle, { ready_to_use: true });
  return 'done';
}

// ---- deleting ------------------------------------------------------------------------------------------------------

/** @see deleteCSISnapshotOperation */
function deleteCSISnapshot(api: ApiServer, ctx: Context, content: VolumeSnapshotContent): Outcome {
  const { metadata, spec, status } = content;
  if (spec.deletionPolicy !== 'Delete' || status?.snapshotHandle === undefined) {
    removeContentFinalizer(api, ctx, content);
    return 'done';
  }
  const secrets = attempt(() => credentials(ctx, content));
  if (secrets instanceof StatusError) {
    warn(api, ctx, content, 'SnapshotDeleteError', 'Failed to get snapshot credentials');
    return 'again';
  }
  return call(ctx, 'DeleteSnapshot', { snapshot_id: status.snapshotHandle, secrets }, { name: metadata.name });
}

function removeContentFinalizer(api: ApiServer, ctx: Context, content: VolumeSnapshotContent): void {
  const { finalizers = [] } = content.metadata;
  if (!finalizers.includes(CONTENT_FINALIZER)) return;
  const kept = finalizers.filter((finalizer) => finalizer !== CONTENT_FINALIZER);
  api.update(ctx, withFinalizers(content, kept));
}

// ---- answers -------------------------------------------------------------------------------------------------------

/** The driver's answer. */
export function answered(api: ApiServer, ctx: Context, record: CallRecord): void {
  const { name, isFirst = false } = record.data as unknown as Pending;
  ctx.done(CONTENT_QUEUE, name);
  const content = live(ctx, name);
  const outcome = content ? attempt(() => settle(api, ctx, content, record, isFirst)) : 'done';
  if (outcome === 'done') forget(ctx, CONTENT_QUEUE, name);
  else addRateLimited(ctx, CONTENT_QUEUE, name);
}

function settle(
  api: ApiServer,
  ctx: Context,
  content: VolumeSnapshotContent,
  { method, code = 'UNKNOWN', message = '', response }: CallRecord,
  isFirst: boolean,
): Outcome {
  const error = code === 'OK' ? undefined : grpcError(code, message);
  if (method === 'DeleteSnapshot') return snapshotDeleted(api, ctx, content, error);
  if (method === 'ListSnapshots') return snapshotListed(api, ctx, content, error, response);
  if (error !== undefined) {
    // After an error that is final there is nothing left that might still come into being.
    const marked =
      code !== 'RESOURCE_EXHAUSTED' && isFinalError(code)
        ? removeAnnVolumeSnapshotBeingCreated(api, ctx, content)
        : content;
    const volume = content.spec.source.volumeHandle ?? '';
    return createFailed(
      api,
      ctx,
      marked,
      isFirst,
      `failed to take snapshot of the volume ${volume}: ${goQuote(error)}`,
    );
  }
  const { snapshot = {} } = (response ?? {}) as { readonly snapshot?: BackendSnapshot };
  const updated = updateSnapshotContentStatus(api, ctx, content, snapshot.snapshot_id ?? '', snapshot);
  const marked = removeAnnVolumeSnapshotBeingCreated(api, ctx, updated);
  return isReady(marked) ? 'done' : 'again';
}

function snapshotListed(
  api: ApiServer,
  ctx: Context,
  content: VolumeSnapshotContent,
  error: string | undefined,
  response: unknown,
): Outcome {
  const { entries = [] } = (response ?? {}) as {
    readonly entries?: readonly { readonly snapshot?: BackendSnapshot }[];
  };
  const handle = content.status?.snapshotHandle ?? content.spec.source.snapshotHandle ?? '';
  const snapshot = entries[0]?.snapshot;
  if (error !== undefined || !snapshot) {
    const why = goQuote(error ?? `can not find snapshot for snapshotID ${handle}`);
    return createFailed(
      api,
      ctx,
      content,
      false,
      `failed to list snapshot for content ${content.metadata.name}: ${why}`,
    );
  }
  return isReady(updateSnapshotContentStatus(api, ctx, content, handle, snapshot)) ? 'done' : 'again';
}

/** @see clearVolumeContentStatus */
function snapshotDeleted(
  api: ApiServer,
  ctx: Context,
  content: VolumeSnapshotContent,
  error: string | undefined,
): Outcome {
  if (error !== undefined) {
    warn(api, ctx, content, 'SnapshotDeleteError', 'Failed to delete snapshot');
    return 'again';
  }
  const { error: kept } = content.status ?? {};
  const cleared = api.updateStatus<VolumeSnapshotContent>(ctx, { ...content, status: kept ? { error: kept } : {} });
  removeContentFinalizer(api, ctx, cleared);
  return 'done';
}
