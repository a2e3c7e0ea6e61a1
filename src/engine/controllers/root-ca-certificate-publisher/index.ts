import { deepEqual } from '../../api/diff.ts';
import { attempt, StatusError } from '../../api/errors.ts';
import { keyOf } from '../../api/kind.ts';
import type { ConfigMap, KubeObject, Namespace } from '../../api/object.ts';
import type { ApiServer } from '../../api/server.ts';
import { CONFIG_MAPS, NAMESPACES } from '../../api/tables.ts';
import type { ComponentType } from '../../sim/component.ts';
import type { Context } from '../../sim/context.ts';
import type { WatchEvent } from '../../sim/types.ts';
import { DESCRIPTION_ANNOTATION, ROOT_CA, ROOT_CA_CONFIG_MAP, rootCAConfigMap } from './configmap.ts';

const QUEUE = 'root_ca_cert_publisher';

/**
 * Keeps the ConfigMap `kube-root-ca.crt` in every namespace: the volume with a pod's token cannot be mounted without.
 * @see pkg/controller/certificates/rootcacertpublisher/publisher.go
 */
export function rootCACertPublisher(api: ApiServer): ComponentType {
  return {
    type: 'root-ca-certificate-publisher-controller',
    queues: { [QUEUE]: { sync: (ctx, namespace) => syncFromKey(api, ctx, namespace) } },
    watches: [
      {
        table: NAMESPACES,
        on: (ctx: Context, { key, before, after }: WatchEvent<Namespace>) => {
          if (!after || (before && after.status?.phase !== 'Active') || isPublished(ctx, key)) return;
          ctx.enqueue(QUEUE, key);
        },
      },
      {
        table: CONFIG_MAPS,
        relist: () => [],
        on: (ctx: Context, { before }: WatchEvent<KubeObject>) => {
          if (before?.metadata.name === ROOT_CA_CONFIG_MAP) ctx.enqueue(QUEUE, before.metadata.namespace ?? '');
        },
      },
    ],
  };
}

function isPublished(ctx: Context, namespace: string): boolean {
  const found = ctx.get<ConfigMap>(CONFIG_MAPS, keyOf(namespace, ROOT_CA_CONFIG_MAP));
  return (
    found !== undefined &&
    deepEqual(found.data, { 'ca.crt': ROOT_CA }) &&
    Boolean(found.metadata.annotations?.[DESCRIPTION_ANNOTATION])
  );
}

function syncFromKey(api: ApiServer, ctx: Context, namespace: string): void {
  const failed = attempt(() => syncNamespace(api, ctx, namespace));
  if (failed instanceof StatusError) ctx.enqueueRateLimited(QUEUE, namespace);
  else ctx.forget(QUEUE, namespace);
}

/** @see syncNamespace */
function syncNamespace(api: ApiServer, ctx: Context, namespace: string): void {
  if (isPublished(ctx, namespace)) return;
  const wanted = rootCAConfigMap(namespace);
  const found = ctx.get<ConfigMap>(CONFIG_MAPS, keyOf(namespace, ROOT_CA_CONFIG_MAP));
  if (found) {
    const annotations = { ...found.metadata.annotations, ...wanted.metadata.annotations };
    api.update<ConfigMap>(ctx, { ...found, metadata: { ...found.metadata, annotations }, data: { 'ca.crt': ROOT_CA } });
    return;
  }
  // A namespace that is gone or going gets none, and that is no failure.
  if (ctx.live<Namespace>(NAMESPACES, namespace)?.status?.phase === 'Active') api.create(ctx, wanted);
}
