import type { Node, Pod, Toleration } from '../../api/object.ts';
import { NODES, PODS } from '../../api/tables.ts';
import { tolerates, untoleratedTaint } from '../../api/tolerations.ts';
import { type HintEvent, type Plugin, unresolvable } from '../framework.ts';
import { defaultNormalizeScore } from './normalize.ts';

/** @see pkg/scheduler/framework/plugins/tainttoleration/taint_toleration.go */
export const taintToleration: Plugin<undefined, readonly Toleration[]> = {
  name: 'TaintToleration',
  filter: ({ pod }, { node }) => {
    const taint = untoleratedTaint(node.spec?.taints, pod.spec.tolerations);
    if (!taint) return undefined;
    const { key, value = '', effect } = taint;
    return unresolvable('node(s) had untolerated taint(s)', { have: { key, value, effect } });
  },
  scoring: {
    weight: 3,
    preScore: ({ pod }) =>
      (pod.spec.tolerations ?? []).filter(({ effect = '' }) => effect === '' || effect === 'PreferNoSchedule'),
    score: (_cycle, { node }, tolerations) =>
      (node.spec?.taints ?? []).filter((taint) => taint.effect === 'PreferNoSchedule' && !tolerates(tolerations, taint))
        .length,
    normalize: (scores) => defaultNormalizeScore(scores, true),
  },
  hints: [
    {
      table: NODES,
      actions: ['add', 'update'],
      wakes: ({ spec: { tolerations } }, { before, after }: HintEvent<Node>) => {
        const was = before === undefined || untoleratedTaint(before.spec?.taints, tolerations) !== undefined;
        return was && untoleratedTaint(after?.spec?.taints, tolerations) === undefined;
      },
    },
    {
      table: PODS,
      actions: ['update'],
      wakes: (pod, { before, after }: HintEvent<Pod>) =>
        after?.metadata.uid === pod.metadata.uid &&
        (after.spec.tolerations?.length ?? 0) > (before?.spec.tolerations?.length ?? 0),
    },
  ],
};
