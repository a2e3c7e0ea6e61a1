import type { Plugin } from '../framework.ts';
import { nodeResourcesBalancedAllocation } from './balancedallocation.ts';
import { interPodAffinity } from './interpodaffinity.ts';
import { nodeAffinity } from './nodeaffinity.ts';
import { nodeName } from './nodename.ts';
import { nodePorts } from './nodeports.ts';
import { nodeResourcesFit } from './noderesourcesfit.ts';
import { nodeUnschedulable } from './nodeunschedulable.ts';
import { nodeVolumeLimits } from './nodevolumelimits.ts';
import { podTopologySpread } from './podtopologyspread.ts';
import { taintToleration } from './tainttoleration.ts';
import { volumeBinding } from './volumebinding/volumebinding.ts';
import { volumeRestrictions } from './volumerestrictions.ts';
import { volumeZone } from './volumezone.ts';

/** The default profile in its order, which holds at every extension point. @see pkg/scheduler/apis/config/v1/default_plugins.go */
export const PLUGINS: readonly Plugin[] = [
  nodeUnschedulable,
  nodeName,
  taintToleration,
  nodeAffinity,
  nodePorts,
  nodeResourcesFit,
  volumeRestrictions,
  nodeVolumeLimits,
  volumeBinding,
  volumeZone,
  podTopologySpread,
  interPodAffinity,
  nodeResourcesBalancedAllocation,
];
