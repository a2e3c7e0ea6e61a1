import { keyOf } from '../api/kind.ts';
import { ACCESS_MODE_SETS, accessModesKey, claimClass, freeBucket } from '../api/kinds/modes.ts';
import type { PersistentVolume } from '../api/object.ts';
import { describeRef } from '../api/server.ts';
import { PERSISTENT_VOLUMES } from '../api/tables.ts';
import type { Context } from '../sim/context.ts';
import type { Decision, Json, Verdict } from '../sim/types.ts';
import { allPossibleMatchingAccessModes, hasAccessModes, type MatchQuestion, rejectingRule } from './matching.ts';

/** Buckets of index `modes`: volumes grouped as the PV controller searches them. */
const GROUPS: readonly string[] = ACCESS_MODE_SETS.map(accessModesKey);
/** With up to this many volumes in the cluster each of them is explained. */
const ALL = 40;
/** Else so many: those that come closest. */
const FEW = 8;

/**
 * Why a claim got the volume it got, or none: each candidate with the first rule that rejected it and both values. The
 * rules are those that decided. Reads at most `ALL` volumes, `FEW` in a larger cluster, and none when there is a match there.
 */
export function explainMatching(
  ctx: Context,
  by: string,
  question: MatchQuestion,
  chosen: PersistentVolume | undefined,
): Decision {
  const { claim, node, delayBinding } = question;
  const groups = GROUPS.map((group) => ctx.bucket(PERSISTENT_VOLUMES, 'modes', group));
  const total = groups.reduce((sum, group) => sum + group.length, 0);
  const names = total <= ALL ? groups.flat() : chosen ? [chosen.metadata.name] : closest(ctx, question);
  const candidates = names.map((name) => verdictOn(ctx, name, question, chosen));
  const { accessModes, resources, selector, volumeMode, volumeAttributesClassName } = claim.spec;
  const facts = {
    request: resources?.requests?.['storage'],
    accessModes,
    volumeMode,
    storageClassName: claimClass(claim),
    ...(selector && { selector }),
    ...(volumeAttributesClassName !== undefined && { volumeAttributesClassName }),
    ...(delayBinding && { delayBinding }),
    ...(node && { node: node.metadata.name }),
    ...(chosen && { volume: chosen.metadata.name }),
  } as unknown as { readonly [key: string]: Json | undefined };
  const omitted = total - candidates.length;
  return {
    about: describeRef(claim),
    by,
    outcome: chosen ? 'match' : 'noMatch',
    facts,
    candidates,
    ...(omitted > 0 && { omitted }),
  };
}

/** Names of volumes that point to the claim, the largest free ones that fit but for their size, and others of its class. */
function closest(ctx: Context, { claim }: MatchQuestion): readonly string[] {
  const names = new Set<string>();
  const add = (more: readonly string[]): void => {
    for (const name of more) if (names.size < FEW) names.add(name);
  };
  add(ctx.bucket(PERSISTENT_VOLUMES, 'byClaim', keyOf(claim.metadata.namespace, claim.metadata.name)));
  const modes = allPossibleMatchingAccessModes(claim);
  for (const set of modes)
    add(
      ctx
        .bucket(PERSISTENT_VOLUMES, 'free', freeBucket(claimClass(claim), claim.spec.volumeMode, set))
        .slice(-2)
        .reverse(),
    );
  add(ctx.bucket(PERSISTENT_VOLUMES, 'byClass', claimClass(claim)).slice(0, FEW));
  for (const set of modes) add(ctx.bucket(PERSISTENT_VOLUMES, 'modes', accessModesKey(set)).slice(0, FEW));
  return [...names];
}

function verdictOn(ctx: Context, name: string, question: MatchQuestion, chosen: PersistentVolume | undefined): Verdict {
  const { claim, node } = question;
  const candidate = `PersistentVolume/${name}`;
  // A chosen volume is shown as it was when it was chosen.
  if (name === chosen?.metadata.name)
    return {
      candidate,
      ok: true,
      have: chosen.spec.capacity?.['storage'] ?? null,
      want: claim.spec.resources?.requests?.['storage'] ?? null,
    };
  const volume = ctx.get<PersistentVolume>(PERSISTENT_VOLUMES, name);
  const modes = volume?.spec.accessModes;
  // The PV controller never looks at volumes that lack a mode: it searches groups of access modes.
  if (!node && !hasAccessModes(modes, claim.spec.accessModes)) {
    return { candidate, ok: false, rule: 'accessModes', have: modes ?? null, want: claim.spec.accessModes ?? null };
  }
  const rejection = volume && rejectingRule(volume, question);
  if (rejection) return { candidate, ok: false, ...rejection };
  if (!node && (modes?.length ?? 0) > (chosen?.spec.accessModes?.length ?? 0)) {
    return {
      candidate,
      ok: false,
      rule: 'fewestAccessModes',
      have: modes ?? null,
      want: chosen?.spec.accessModes ?? null,
    };
  }
  return {
    candidate,
    ok: false,
    rule: 'smallest',
    have: volume?.spec.capacity?.['storage'] ?? null,
    want: chosen?.spec.capacity?.['storage'] ?? null,
  };
}
