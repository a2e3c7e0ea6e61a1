import type { Replica } from '../model/replica.ts';
import { packScene, type SharedScene } from './scene.ts';

export const FILE_FORMAT = 'kubernetes-storage-playground';
export const FILE_VERSION = 1;

/** The scene alone as a file: what a link says, for those that are too long. */
export function sceneFile(scene: SharedScene): string {
  return `${JSON.stringify({ format: FILE_FORMAT, version: FILE_VERSION, scene: packScene(scene) })}\n`;
}

/**
 * The scene and the whole recording: what the cluster began with, and each step with its writes, calls and decisions, as
 * the worker has told of them.
 */
export function recordingFile(scene: SharedScene, replica: Replica, startTime: string): string {
  const steps = Array.from({ length: replica.steps }, (_, index) => replica.step(index + 1));
  const head = { format: FILE_FORMAT, version: FILE_VERSION, scene: packScene(scene), startTime };
  const lines = steps.map((step) => JSON.stringify(step)).join(',\n');
  return `${JSON.stringify(head).slice(0, -1)},\n"begin":${JSON.stringify(replica.objectsAt(0))},\n"steps":[\n${lines}\n]}\n`;
}
