import type { Context } from '../../sim/context.ts';
import { forbidden } from '../errors.ts';
import type { AdmissionPlugin } from '../kind.ts';
import { type PriorityClass, SYSTEM_PRIORITY_CLASSES } from '../kinds/priorityclass.ts';
import type { PodSpec } from '../object.ts';
import { own } from '../own.ts';

const PRIORITY_CLASSES = 'priorityclasses.scheduling.k8s.io';

interface Resolved {
  readonly name: string;
  readonly value: number;
  readonly preemptionPolicy: string | undefined;
}

const PREEMPT = 'PreemptLowerPriority';

/** The default class: of several, the one with the lowest value. @see getDefaultPriorityClass */
function defaultClass(ctx: Context): PriorityClass | undefined {
  let found: PriorityClass | undefined;
  for (const key of ctx.liveBucket(PRIORITY_CLASSES, 'defaults', 'default')) {
    const candidate = ctx.live<PriorityClass>(PRIORITY_CLASSES, key);
    if (candidate && (found === undefined || found.value > candidate.value)) found = candidate;
  }
  return found;
}

const fromClass = ({ metadata, value, preemptionPolicy }: PriorityClass): Resolved => ({
  name: metadata.name,
  value,
  preemptionPolicy,
});

function resolve(ctx: Context, name: string | undefined): Resolved | undefined {
  if (!name) {
    const found = defaultClass(ctx);
    return found ? fromClass(found) : { name: '', value: 0, preemptionPolicy: PREEMPT };
  }
  const found = ctx.live<PriorityClass>(PRIORITY_CLASSES, name);
  if (found) return fromClass(found);
  const value = own(SYSTEM_PRIORITY_CLASSES, name);
  return value === undefined ? undefined : { name, value, preemptionPolicy: PREEMPT };
}

/**
 * Puts the number behind a pod's priority class into it.
 * @see plugin/pkg/admission/priority/admission.go
 */
export const priority: AdmissionPlugin = {
  name: 'Priority',
  admitCreate: (object, definition, { ctx }) => {
    if (definition.group !== '' || definition.kind !== 'Pod') return object;
    const spec = object['spec'] as PodSpec;
    const { name: podName = '' } = object.metadata;
    const resolved = resolve(ctx, spec.priorityClassName);
    if (!resolved)
      throw forbidden(definition, podName, `no PriorityClass with name ${spec.priorityClassName} was found`);
    const { name, value, preemptionPolicy = spec.preemptionPolicy } = resolved;
    const computed = 'priority admission controller computed';
    if (spec.priority !== undefined && spec.priority !== value) {
      const text = `the integer value of priority (${spec.priority}) must not be provided in pod spec; ${computed} ${value} from the given PriorityClass name`;
      throw forbidden(definition, podName, text);
    }
    if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== preemptionPolicy) {
      const text = `the string value of PreemptionPolicy (${spec.preemptionPolicy}) must not be provided in pod spec; ${computed} ${preemptionPolicy} from the given PriorityClass name`;
      throw forbidden(definition, podName, text);
    }
    return {
      ...object,
      spec: {
        ...spec,
        ...(name !== '' && { priorityClassName: name }),
        priority: value,
        ...(preemptionPolicy !== undefined && { preemptionPolicy }),
      },
    };
  },
  validateCreate: (object, definition, { ctx }) => {
    if (definition.kind !== 'PriorityClass' || !(object as PriorityClass).globalDefault) return;
    const other = defaultClass(ctx);
    if (!other) return;
    const text = `PriorityClass ${other.metadata.name} is already marked as default. Only one default can exist`;
    throw forbidden(definition, object.metadata.name, text);
  },
};
