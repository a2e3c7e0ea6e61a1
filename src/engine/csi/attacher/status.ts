import type { VolumeAttachment, VolumeError } from '../../api/object.ts';
import type { ApiServer } from '../../api/server.ts';
import type { Context } from '../../sim/context.ts';
import { codeNumber, grpcError } from '../spec/codes.ts';
import type { StringMap } from '../spec/messages.ts';

/** Why an attach or detach failed: a text, and the code where it was the driver that failed. */
export interface Failure {
  readonly message: string;
  readonly code?: number;
}

/** The failure that a call's answer amounts to. */
export function callFailure(code: string | undefined, message: string | undefined): Failure {
  const number = codeNumber(code ?? 'UNKNOWN');
  return { message: grpcError(code ?? 'UNKNOWN', message ?? ''), ...(number !== undefined && { code: number }) };
}

/** @see kubernetes-csi/external-attacher pkg/controller/util.go markAsAttached */
export function markAsAttached(
  api: ApiServer,
  ctx: Context,
  attachment: VolumeAttachment,
  metadata: StringMap | undefined,
): VolumeAttachment {
  const { detachError } = attachment.status ?? {};
  const status = {
    attached: true,
    ...(metadata && Object.keys(metadata).length > 0 && { attachmentMetadata: metadata }),
    ...(detachError && { detachError }),
  };
  return api.updateStatus(ctx, { ...attachment, status });
}

/** @see kubernetes-csi/external-attacher pkg/controller/csi_handler.go saveAttachError */
export function saveAttachError(api: ApiServer, ctx: Context, attachment: VolumeAttachment, failure: Failure): void {
  const attachError: VolumeError = {
    message: failure.message,
    time: api.timestamp(ctx),
    ...(failure.code !== undefined && { errorCode: failure.code }),
  };
  const { status = { attached: false } } = attachment;
  api.updateStatus(ctx, { ...attachment, status: { ...status, attachError } });
}

/** @see kubernetes-csi/external-attacher pkg/controller/csi_handler.go saveDetachError */
export function saveDetachError(api: ApiServer, ctx: Context, attachment: VolumeAttachment, failure: Failure): void {
  const detachError: VolumeError = { message: failure.message, time: api.timestamp(ctx) };
  const { status = { attached: false } } = attachment;
  api.updateStatus(ctx, { ...attachment, status: { ...status, detachError } });
}
