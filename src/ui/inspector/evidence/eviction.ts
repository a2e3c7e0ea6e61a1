import type { RecordedObject } from '../../../worker/protocol.ts';
import { clockText } from '../../model/axis.ts';
import { count, list, objectId, text } from '../../model/ids.ts';
import type { Moment } from '../../model/moment.ts';
import type { Element } from '../../model/structure.ts';
import { type Fact, type Section, section } from './section.ts';

/** How long a pod may stay on a node with NoExecute taints, as taint-eviction last decided it. */
export function podSections(moment: Moment, { id }: Element, pod: RecordedObject): Section[] {
  return section('why.taints', text(pod, 'metadata', 'deletionTimestamp') === '' ? tolerated(moment, id, pod) : []);
}

function tolerated(moment: Moment, id: string, pod: RecordedObject): Fact[] {
  const found = moment.replica
    .decisionsAbout(id, moment.step)
    .find(({ decision: { by } }) => by === 'processPodOnNode');
  const node = moment.at(objectId('Node', '', text(pod, 'spec', 'nodeName')));
  // A decision about taints that have gone since is over.
  const isTainted = list(node, 'spec', 'taints').some((taint) => text(taint, 'effect') === 'NoExecute');
  if (!found || !isTainted) return [];
  const { decision, step } = found;
  const name = list(decision.facts, 'taints').join(', ');
  switch (decision.outcome) {
    case 'toleratedUntil': {
      const clock = clockText(count(decision.facts, 'until'));
      return [{ name, value: { key: 'why.toleratedUntil', values: { clock } }, step, family: 'waiting' }];
    }
    case 'toleratedForEver':
      return [{ name, value: { key: 'why.toleratedForEver' }, step }];
    default:
      return [{ name, value: { key: 'why.notTolerated' }, step, family: 'failed' }];
  }
}

/** What node-lifecycle makes of a node that is not heard of. */
export function silenceOf(moment: Moment, id: string, node: RecordedObject): Fact[] {
  const found = moment.replica
    .decisionsAbout(id, moment.step)
    .find(({ decision: { by } }) => by === 'tryUpdateNodeHealth' || by === 'handleDisruption');
  if (found === undefined) return [];
  const { decision, step } = found;
  const isReady = list(node, 'status', 'conditions').some(
    (condition) => text(condition, 'type') === 'Ready' && text(condition, 'status') === 'True',
  );
  if (decision.by === 'handleDisruption')
    return isReady ? [] : [{ name: 'NoExecute', value: { key: 'why.allNodesLost' }, step, family: 'waiting' }];
  if (!isReady) return [];
  const values = {
    last: clockText(count(decision.facts, 'lastHeartbeat')),
    until: clockText(count(decision.facts, 'until')),
  };
  return [{ name: 'Ready', value: { key: 'why.silent', values }, step, family: 'waiting' }];
}
