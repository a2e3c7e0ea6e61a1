import type { PersistentVolume, Pod, Volume } from '../api/object.ts';
import type { ApiServer } from '../api/server.ts';
import type { CallRecord, CallResult, CallSpec } from '../sim/calls.ts';
import type { Context } from '../sim/context.ts';
import type { Json } from '../sim/types.ts';

/** `volume.Spec`: a pod's own volume, or the PersistentVolume behind its claim. */
export interface VolumeSpec {
  /** Name of the PersistentVolume, else of the pod's volume. */
  readonly name: string;
  readonly volume?: Volume;
  readonly persistentVolume?: PersistentVolume;
  readonly readOnly: boolean;
}

/** Who asks a plugin. */
export interface VolumeHost {
  readonly api: ApiServer;
  readonly ctx: Context;
  readonly node: string;
}

/**
 * How sure an error is. `final`: it is certain that nothing was done. `uncertain`: something may have been done.
 * `transient`: neither, the state stays as it was.
 * @see pkg/volume/util/types/types.go
 */
export type ErrorKind = 'final' | 'uncertain' | 'transient';

export interface PluginError {
  readonly error: string;
  readonly kind: ErrorKind;
  /** The gRPC code of a driver's refusal, or a word of the plugin's own. */
  readonly code?: string;
}

/** What a step of a plugin comes to: done at once, an error at once, or a call whose answer decides. */
export type PluginStep = { readonly done: true } | PluginError | { readonly call: CallSpec };

export const DONE: PluginStep = { done: true };

/** The pod volume that a plugin sets up or tears down. */
export interface PodVolume {
  readonly spec: VolumeSpec;
  readonly podUid: string;
}

export interface MountArgs extends PodVolume {
  readonly pod: Pod;
  /** The volume is mounted already and is only set up anew. */
  readonly remount: boolean;
}

/** What the kubelet does with raw block volumes. */
export interface BlockMapper {
  readonly globalMapPath: (spec: VolumeSpec) => string;
  readonly setUpDevice?: (host: VolumeHost, args: MountArgs) => PluginStep;
  readonly mapPodDevice: (host: VolumeHost, args: MountArgs) => PluginStep;
  readonly unmapPodDevice: (host: VolumeHost, args: PodVolume) => PluginStep;
  readonly tearDownDevice?: (host: VolumeHost, spec: VolumeSpec) => PluginStep;
}

export type Answer = (ctx: Context, node: string, request: Readonly<Record<string, Json | undefined>>) => CallResult;

/** The answer of a plugin that has nothing to do. */
export const succeed: Answer = () => ({ code: 'OK' });

/**
 * One volume plugin on the node. What is left out it does not do.
 * @see pkg/volume/plugins.go VolumePlugin
 */
export interface VolumePlugin {
  readonly name: string;
  readonly canSupport: (spec: VolumeSpec) => boolean;
  /** `GetVolumeName`, of attachable and device-mountable volumes. */
  readonly volumeName?: (spec: VolumeSpec) => string;
  readonly attachable?: (ctx: Context, spec: VolumeSpec) => boolean;
  readonly deviceMountable?: (ctx: Context, spec: VolumeSpec) => boolean;
  readonly supportsMountOptions?: boolean;
  readonly requiresRemount?: (ctx: Context, spec: VolumeSpec) => boolean;
  /** It keeps no directory under the pod's: nothing is found of it after a restart of the kubelet. */
  readonly withoutPodDirectory?: boolean;
  /** `NewMounter`: an error's text where it refuses. */
  readonly newMounter?: (host: VolumeHost, args: MountArgs) => string | undefined;
  /** Why the kubelet cannot attach it where the attach/detach controller is kept out. */
  readonly attachRefusal?: string;
  /** The volume is not attached because the node can take no more; also asks for the node's limit anew. */
  readonly verifyExhaustedResource?: (host: VolumeHost, spec: VolumeSpec) => boolean;
  readonly waitForAttach?: (host: VolumeHost, args: MountArgs) => PluginStep;
  readonly mountDevice?: (host: VolumeHost, args: MountArgs) => PluginStep;
  readonly setUp: (host: VolumeHost, args: MountArgs) => PluginStep;
  /** What is left to do after the answer to `setUp`, which may say something. */
  readonly afterSetUp?: (host: VolumeHost, args: MountArgs, response: Json | undefined) => void;
  /** `GetPath`: where on the node's disk the pod's volume is; left out: its directory below the pod's. */
  readonly path?: (args: PodVolume) => string;
  readonly tearDown: (host: VolumeHost, args: PodVolume) => PluginStep;
  readonly afterTearDown?: (host: VolumeHost, args: PodVolume) => void;
  /** Grows a volume that is mounted or mapped; volumes of other plugins have no file system that could grow on the node. */
  readonly nodeExpand?: (host: VolumeHost, args: MountArgs, size: string) => PluginStep;
  readonly unmountDevice?: (host: VolumeHost, spec: VolumeSpec) => PluginStep;
  readonly block?: BlockMapper;
  /** The error that a failed call means; left out: the bare message, final. */
  readonly callError?: (call: Pick<CallRecord, 'code' | 'message' | 'method'>) => PluginError;
  /** The other side of the plugin's calls, by method. */
  readonly answers?: Readonly<Record<string, Answer>>;
}

export const KUBELET_ROOT = '/var/lib/kubelet';

/** `strings.EscapeQualifiedName`. */
export const escapeQualifiedName = (name: string): string => name.replaceAll('/', '~');

/** `GetPodVolumeDir`. */
export const podVolumeDir = (uid: string, plugin: string, volume: string): string =>
  `${KUBELET_ROOT}/pods/${uid}/volumes/${escapeQualifiedName(plugin)}/${volume}`;

/** `GetPodVolumeDeviceDir`. */
export const podVolumeDeviceDir = (uid: string, plugin: string): string =>
  `${KUBELET_ROOT}/pods/${uid}/volumeDevices/${escapeQualifiedName(plugin)}`;

/**
 * `<plugin>/<volume name>` for attachable and device-mountable volumes, else `<plugin>/<pod uid>-<name>`.
 * @see pkg/volume/util/util.go GetUniqueVolumeName, GetUniqueVolumeNameFromSpecWithPod
 */
export function uniqueVolumeName(ctx: Context, plugin: VolumePlugin, spec: VolumeSpec, podUid: string): string {
  const shared = plugin.attachable?.(ctx, spec) || plugin.deviceMountable?.(ctx, spec);
  return shared && plugin.volumeName
    ? `${plugin.name}/${plugin.volumeName(spec)}`
    : `${plugin.name}/${podUid}-${spec.name}`;
}

/** Where on the node's disk a pod's volume is. */
export const volumePath = (plugin: VolumePlugin, args: PodVolume): string =>
  plugin.path?.(args) ?? podVolumeDir(args.podUid, plugin.name, args.spec.name);

/** The source of a kind in a spec: of the PersistentVolume where there is one. */
export function sourceOf<T>(spec: VolumeSpec, field: string): T | undefined {
  const holder = (spec.persistentVolume?.spec ?? spec.volume) as Readonly<Record<string, unknown>> | undefined;
  return holder?.[field] as T | undefined;
}

/** Whether a spec has a source, even an empty one. */
export const hasSource = (spec: VolumeSpec, field: string): boolean => {
  const source = sourceOf<unknown>(spec, field);
  return source !== undefined && source !== null;
};

/** A call to an in-tree plugin for a pod's volume. */
export function podCall(
  host: VolumeHost,
  plugin: string,
  method: string,
  { spec, podUid }: PodVolume,
  more: Json,
): PluginStep {
  const dir = podVolumeDir(podUid, plugin, spec.name);
  return {
    call: { target: plugin, method, node: host.node, request: { volume: spec.name, dir, ...(more as object) } },
  };
}

/** What an in-tree plugin is told of the pod that a volume is set up for. */
export function podInfo({ pod }: MountArgs): Json {
  const { namespace = 'default', name, uid } = pod.metadata;
  const fsGroup = pod.spec.securityContext?.fsGroup;
  return { pod: { namespace, name, uid }, ...(fsGroup !== undefined && { fsGroup }) };
}
