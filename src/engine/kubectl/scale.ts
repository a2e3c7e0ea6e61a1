import type { KubeObject } from '../api/object.ts';
import type { ApiServer } from '../api/server.ts';
import type { Context } from '../sim/context.ts';
import { type Flag, parseArguments } from './flags.ts';
import { qualifiedKind } from './resources.ts';
import { CommandError, Output } from './result.ts';
import { forEachObject, TARGET_FLAGS } from './targets.ts';

export const SCALE_FLAGS: readonly Flag[] = [
  ...TARGET_FLAGS,
  { name: 'replicas', takes: 'text' },
  { name: 'current-replicas', takes: 'text' },
  { name: 'timeout', takes: 'text' },
];

const SCALABLE: readonly string[] = ['Deployment', 'ReplicaSet', 'StatefulSet'];

/** @see staging/src/k8s.io/kubectl/pkg/cmd/scale/scale.go */
export function scale(server: ApiServer, ctx: Context, words: readonly string[]): Output {
  const output = new Output();
  const api = output.hearing(server);
  const args = parseArguments('scale', words, SCALE_FLAGS);
  const replicas = Number(args.text('replicas'));
  if (!Number.isInteger(replicas) || replicas < 0) {
    throw new CommandError('The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0');
  }
  const expected = args.text('current-replicas');
  forEachObject(api, ctx, args, args.words, 'scale', output, ({ definition, object, ref }) => {
    if (!SCALABLE.includes(definition.kind)) throw new CommandError(`${qualifiedKind(definition)} cannot be scaled`);
    const { spec } = object as KubeObject & { readonly spec: { readonly replicas?: number } };
    const current = spec.replicas ?? 1;
    if (expected !== undefined && Number(expected) >= 0 && Number(expected) !== current) {
      throw new CommandError(`Expected replicas to be ${expected}, was ${current}`);
    }
    api.patch(ctx, ref, { type: 'merge', patch: { spec: { replicas } } });
    output.line(`${qualifiedKind(definition)}/${ref.name} scaled`);
  });
  return output;
}
