import { notFound } from '../../api/errors.ts';
import type {
  EventObject,
  KubeObject,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  StorageClass,
} from '../../api/object.ts';
import { isSelectorError, matchesRequirements, parseLabelSelector } from '../../api/selectors.ts';
import type { ApiServer } from '../../api/server.ts';
import { describeRef } from '../../api/server.ts';
import { EVENTS, PODS } from '../../api/tables.ts';
import type { Context } from '../../sim/context.ts';
import { type Flag, parseArguments } from '../flags.ts';
import { findObject, listObjects, parseTargets } from '../resources.ts';
import { CommandError, Output, refusalText } from '../result.ts';
import { describeEvents } from './common.ts';
import { describePod } from './pod.ts';
import { describeClaim, describeStorageClass, describeVolume } from './storage.ts';
import { DescriptionWriter } from './writer.ts';

const FLAGS: readonly Flag[] = [
  { name: 'all-namespaces', short: 'A', takes: 'bool' },
  { name: 'selector', short: 'l', takes: 'text' },
  { name: 'show-events', takes: 'bool' },
];

type Describer = (w: DescriptionWriter, object: KubeObject, ctx: Context, now: number) => void;

const DESCRIBERS: Readonly<Record<string, Describer>> = {
  PersistentVolumeClaim: (w, object, ctx, now) =>
    describeClaim(w, object as PersistentVolumeClaim, podsOf(ctx, object), now),
  PersistentVolume: (w, object, _ctx, now) => describeVolume(w, object as PersistentVolume, now),
  StorageClass: (w, object) => describeStorageClass(w, object as StorageClass),
  Pod: (w, object, _ctx, now) => describePod(w, object as Pod, now),
};

const podsOf = (ctx: Context, { metadata }: KubeObject): readonly Pod[] =>
  ctx
    .liveBucket(PODS, 'byClaim', `${metadata.namespace ?? ''}/${metadata.name}`)
    .map((key) => ctx.live<Pod>(PODS, key))
    .filter((pod) => pod !== undefined);

/** Events about exactly this object, not about an earlier one of its name. */
const eventsOf = (ctx: Context, object: KubeObject): readonly EventObject[] =>
  ctx
    .liveBucket(EVENTS, 'byObject', describeRef(object))
    .map((key) => ctx.live<EventObject>(EVENTS, key))
    .filter((event) => event !== undefined)
    .filter(({ involvedObject }) => involvedObject.uid === object.metadata.uid);

/**
 * `kubectl describe` of claims, volumes, classes and pods; the Events of an object are shown when it is the only one.
 * @see staging/src/k8s.io/kubectl/pkg/cmd/describe/describe.go
 */
export function describe(api: ApiServer, ctx: Context, words: readonly string[]): Output {
  const output = new Output();
  const args = parseArguments('describe', words, FLAGS);
  if (args.words.length === 0) {
    throw new CommandError(
      'You must specify the type of resource to describe. Use "kubectl api-resources" for a complete list of supported resources.',
    );
  }
  const space = args.text('namespace') || 'default';
  const selector = args.text('selector');
  const requirements = selector === undefined ? undefined : parseLabelSelector(selector);
  if (requirements && isSelectorError(requirements)) throw new CommandError(requirements.error);
  const objects: KubeObject[] = [];
  const targets = parseTargets(api, args.words, 'describe');
  for (const { definition, names } of targets) {
    if (!DESCRIBERS[definition.kind])
      throw new CommandError(`the command "kubectl describe ${definition.plural}" is not simulated`);
    const found = names
      ? names.map((name) => findObject(ctx, definition, space, name) ?? name)
      : listObjects(ctx, definition, args.is('all-namespaces') ? undefined : space).filter(
          ({ metadata }) => !requirements || matchesRequirements(requirements, metadata.labels),
        );
    for (const object of found) {
      if (typeof object === 'string')
        output.fail(refusalText(notFound(definition, object), { kind: definition.kind, name: object }));
      else objects.push(object);
    }
  }
  const now = api.epochMillis(ctx);
  const events = args.text('show-events') === undefined ? objects.length === 1 : args.is('show-events');
  output.out = objects
    .map((object) => {
      const w = new DescriptionWriter();
      DESCRIBERS[object.kind]?.(w, object, ctx, now);
      if (events) describeEvents(w, eventsOf(ctx, object), now);
      return w.text;
    })
    .join('\n\n');
  if (objects.length === 0 && output.exit === 0) {
    const namespaced = !args.is('all-namespaces') && targets.every(({ definition }) => definition.namespaced);
    output.errorLine(namespaced ? `No resources found in ${space} namespace.` : 'No resources found');
  }
  return output;
}
