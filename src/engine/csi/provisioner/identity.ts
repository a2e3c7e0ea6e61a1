import { type ApiServer, newUid } from '../../api/server.ts';
import type { Context } from '../../sim/context.ts';
import { driverName } from '../spec/driver.ts';

/** Memory: what a process of the sidecar calls itself. */
const IDENTITY = 'identity';

/**
 * Draws the process's names when it starts: the one that it writes into volumes and the one that its Events come from.
 * @see kubernetes-csi/external-provisioner cmd/csi-provisioner/csi-provisioner.go
 */
export function drawIdentity(api: ApiServer, ctx: Context): void {
  const driver = driverName(ctx);
  const memory = ctx.mem<string>(IDENTITY);
  memory.set('provisioner', `${api.epochMillis(ctx)}-${ctx.random() % 10_000}-${driver}`);
  memory.set('source', `${driver}_csi-provisioner-0_${newUid(ctx)}`);
}

export const provisionerIdentity = (ctx: Context): string => ctx.mem<string>(IDENTITY).get('provisioner') ?? '';

export const eventSource = (ctx: Context): string => ctx.mem<string>(IDENTITY).get('source') ?? '';
