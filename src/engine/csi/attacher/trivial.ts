import { attempt, StatusError } from '../../api/errors.ts';
import type { VolumeAttachment } from '../../api/object.ts';
import type { ApiServer } from '../../api/server.ts';
import { VOLUME_ATTACHMENTS } from '../../api/tables.ts';
import type { Context } from '../../sim/context.ts';
import { addRateLimited, forget } from '../retry.ts';
import { VAS } from './names.ts';
import { markAsAttached } from './status.ts';

/**
 * A driver that publishes nothing: its VolumeAttachments are attached as they come, and go as they are deleted.
 * @see kubernetes-csi/external-attacher pkg/controller/trivial_handler.go SyncNewOrUpdatedVolumeAttachment
 */
export function syncTrivial(api: ApiServer, ctx: Context, name: string): void {
  const attachment = ctx.get<VolumeAttachment>(VOLUME_ATTACHMENTS, name);
  if (attachment && !attachment.status?.attached) {
    const saved = attempt(() => markAsAttached(api, ctx, attachment, undefined));
    if (saved instanceof StatusError) {
      addRateLimited(ctx, VAS, name);
      return;
    }
  }
  forget(ctx, VAS, name);
}
