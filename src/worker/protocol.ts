/**
 * What page and worker say to each other. The page knows the engine through these types only.
 *
 * The worker runs ahead and sends what happened as steps; the page keeps a replica and plays it. A page step is a step of the
 * engine that anybody can see: it wrote to the API or a backend, began or ended a call, or took a decision. Steps are numbered
 * from 1; step 0 is sent too and brings the objects that the cluster begins with. Objects carry Kubernetes' own shapes.
 */

import type { Diagnostic } from '../engine/diagnostics.ts';
import type { CallFault } from '../engine/sim/calls.ts';
import type { Decision } from '../engine/sim/types.ts';

export type { Diagnostic, Phrase } from '../engine/diagnostics.ts';
export type { Completion } from '../engine/kubectl/complete.ts';
export type { JsonSchema, ManifestSchema } from '../engine/manifestschema.ts';
export type { CallFault } from '../engine/sim/calls.ts';
export type { Decision, Verdict } from '../engine/sim/types.ts';

/** Milliseconds of virtual time since the start of the run. */
export type VirtualTime = number;

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Names an object in the recording: `Kind/namespace/name`, the namespace empty for cluster-scoped ones. */
export type ObjectId = string;

/**
 * An object as the recording holds it: of the API, or `Volume` (apiVersion `playground/v1`, name `<driver>^<handle>`), the volume
 * in a driver's backend, with what the driver knows as its `spec`, or `Mount` (name `<node>^<pod uid>^<volume>`), how far a
 * kubelet has come with one volume of a pod: `spec: {node, podNamespace, podName, podUID, volume, pv?, claim?, wanted, staged,
 * published, device}`; `wanted` while it is in the kubelet's desired state of world.
 */
export interface RecordedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly finalizers?: readonly string[];
    readonly ownerReferences?: readonly {
      readonly kind: string;
      readonly name: string;
      readonly uid: string;
      readonly controller?: boolean;
    }[];
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

/** One place of an object that changed: `value` left out means removed. Lists are replaced whole. */
export interface PathDelta {
  readonly path: readonly string[];
  readonly value?: Json;
}

/** One write. `delete` sets the deletionTimestamp, `gone` is when the object leaves. */
export interface WriteMessage {
  readonly id: ObjectId;
  readonly verb: 'create' | 'update' | 'delete' | 'gone';
  /** The whole object, with `create` only. */
  readonly value?: RecordedObject;
  readonly deltas?: readonly PathDelta[];
  /** Dotted paths that differ, without metadata.resourceVersion. */
  readonly changed: readonly string[];
}

/** A call to a CSI driver or a volume plugin. One `call` number appears in a `began` and later in an `ended` message. */
export interface CallBegan {
  readonly call: number;
  readonly process: string;
  readonly driver: string;
  readonly method: string;
  readonly node?: string;
  readonly request: Json;
  /** What the call is for, as far as the caller told: object ids such as the claim, the PV, the pod. */
  readonly about: readonly ObjectId[];
  /** 1 for the first try of the same method about the same object. */
  readonly attempt: number;
  /** An injected fault will decide this call. */
  readonly faulty?: boolean;
}

export interface CallEnded {
  readonly call: number;
  readonly code: string;
  readonly response?: Json;
  readonly message?: string;
}

export interface StepMessage {
  /** Number of the step in the page: 0 for the cluster's own objects, then from 1. */
  readonly step: number;
  readonly at: VirtualTime;
  /** Component id as in the engine, e.g. `persistentvolume-binder-controller`, `kubelet/node-1`, `user` for operations. */
  readonly process: string;
  /** Queue and item that were worked on, e.g. `claims default/data`. */
  readonly label: string;
  /** Index of the operation, when the step is one (or one request of one). */
  readonly operation?: number;
  readonly writes: readonly WriteMessage[];
  readonly began: readonly CallBegan[];
  readonly ended: readonly CallEnded[];
  readonly decisions: readonly Decision[];
}

// ---- operations --------------------------------------------------------------------------------------------------------

export type Operation =
  | { readonly type: 'apply'; readonly text: string }
  | { readonly type: 'run'; readonly command: string }
  | { readonly type: 'delete'; readonly id: ObjectId }
  | { readonly type: 'fault'; readonly fault: Json }
  | { readonly type: 'wait'; readonly duration: VirtualTime }
  /** Waits until nothing is left to do, or for an hour. */
  | { readonly type: 'settle' };

/** An operation with the place in the run where it was made; enough to do it again. */
export interface RecordedOperation {
  readonly operation: Operation;
  /** Steps of the engine that had run before it, and the virtual time. */
  readonly engineSteps: number;
  readonly at: VirtualTime;
  /** Set where a later operation was made in the middle of this one: only so many of its requests count. */
  readonly requests?: number;
}

/** Everything that a run is a function of: what links, autosave and crash recovery keep. */
export interface RunSource {
  /** The Cluster document(s), YAML. */
  readonly cluster: string;
  readonly operations: readonly RecordedOperation[];
  readonly seed?: number;
}

export interface OperationOutcome {
  readonly operation: number;
  /** Page step of the operation itself; 0 when nothing was written. */
  readonly step: number;
  /** Page step at which a command was over that let time pass. */
  readonly endStep?: number;
  readonly out?: string;
  readonly err?: string;
  readonly exit?: number;
  /** Object that a command was about, for the page to select. */
  readonly selects?: ObjectId;
  readonly warnings: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
  /** False when the text was refused as a whole and the run is as it was. */
  readonly accepted: boolean;
}

/** What a line of the console printed that only reads the cluster. */
export interface Reading {
  readonly out: string;
  readonly err: string;
  readonly exit: number;
  readonly selects?: ObjectId;
}

/** What runs in the cluster at a step, and what has been made to fail there. */
export interface Machinery {
  readonly processes: readonly {
    readonly id: string;
    readonly type: string;
    /** Such as `node` of a kubelet or `driver` of a sidecar. */
    readonly params: Readonly<Record<string, string>>;
    readonly isRunning: boolean;
    /** It stops after so many more writes. */
    readonly stopAfterWrites?: number;
  }[];
  /** Faults of calls; `times` is what is left of them. */
  readonly calls: readonly CallFault[];
  /** Machines that are, or once were, off or cut off. */
  readonly machines: readonly {
    readonly node: string;
    readonly power: 'on' | 'off';
    readonly network: 'up' | 'cut';
  }[];
  readonly unregistered: readonly { readonly driver: string; readonly node: string }[];
}

/** What came of a list of operations that was only tried. */
export interface Trial {
  /** The object came into the phase that was asked for. */
  readonly isReached: boolean;
  /** When it did, or when the trial was over. */
  readonly at: VirtualTime;
  /** The object as it then was; null when it was not there. */
  readonly object: RecordedObject | null;
  /** What refused one of the operations, which ended the trial. */
  readonly refusal?: string;
}

// ---- messages ----------------------------------------------------------------------------------------------------------

export type Request =
  /** Fields and values of everything that a text may hold. Answer: `ManifestSchema`. */
  | { readonly type: 'schema' }
  /** A new run; replays the operations. Answer: `OperationOutcome` of the last one, or null. */
  | { readonly type: 'start'; readonly source: RunSource }
  /** The Cluster text that a first visit gets. Answer: string. */
  | { readonly type: 'defaultCluster' }
  /** An operation after page step `afterStep` (the end of the recording: after the last, at the settled clock). Later steps are dropped. */
  | { readonly type: 'operate'; readonly afterStep: number; readonly operation: Operation }
  /** Reads texts without running them. Answer: `readonly Diagnostic[]`. */
  | { readonly type: 'check'; readonly text: string; readonly kind: 'manifests' | 'cluster'; readonly cluster?: string }
  /** Process memory and tasks at a page step, by table. Answer: `Record<table, Record<key, Json>>`. */
  | { readonly type: 'memory'; readonly step: number; readonly process: string }
  /**
   * Runs a line of the console that only reads the cluster, as it was after a page step; the run stays as it is.
   * Answer: `Reading`, or null for a line that changes something or takes time and so has to be an operation.
   */
  | { readonly type: 'read'; readonly step: number; readonly command: string }
  /** What may stand where the cursor is in a line of the console, after a page step. Answer: `Completion`. */
  | { readonly type: 'complete'; readonly step: number; readonly line: string; readonly cursor: number }
  /** What runs and what fails at a page step. Answer: `Machinery`. */
  | { readonly type: 'machinery'; readonly step: number }
  /**
   * Tries each list of operations after a page step, in a run of its own that is thrown away; what is shown stays as it is.
   * A trial ends as soon as the object has the phase, when nothing is left to do, or after five minutes. Answer, when the
   * run that is shown leaves time for it: `readonly Trial[]`; null when that run changed meanwhile or others were asked for.
   */
  | {
      readonly type: 'whatIf';
      readonly step: number;
      readonly trials: readonly (readonly Operation[])[];
      readonly until: { readonly id: ObjectId; readonly phase: string };
    }
  /**
   * Runs a source to its end beside the run that is shown, and tells of it in `beside` messages with this number. Answer when
   * it is over: `readonly Diagnostic[]`, what refused its cluster or nothing; null when another was asked for meanwhile.
   */
  | { readonly type: 'record'; readonly recording: number; readonly source: RunSource }
  /** Hash of the whole engine log. Answer: string. */
  | { readonly type: 'hash' };

export interface RequestMessage {
  readonly request: number;
  readonly body: Request;
}

export type WorkerMessage =
  | { readonly type: 'answer'; readonly request: number; readonly result: unknown }
  | { readonly type: 'refusal'; readonly request: number; readonly message: string }
  /** What happens in the run of a `record` request. */
  | { readonly type: 'beside'; readonly recording: number; readonly message: RunMessage }
  | RunMessage;

/** What happens in a run. */
export type RunMessage =
  /** A new or forked run: the page keeps `keptSteps` steps of what it has and drops the rest. */
  | { readonly type: 'run'; readonly run: number; readonly keptSteps: number; readonly source: RunSource }
  | { readonly type: 'steps'; readonly run: number; readonly steps: readonly StepMessage[] }
  /** `settled`: nothing is left to do; `horizon`: stopped at the limit of time or steps, something still goes on. */
  | {
      readonly type: 'state';
      readonly run: number;
      readonly state: 'running' | 'settled' | 'horizon';
      readonly now: VirtualTime;
      readonly startTime: string;
    };
