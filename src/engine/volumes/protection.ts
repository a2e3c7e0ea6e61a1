import type { KubeObject } from '../api/object.ts';

/**
 * Whether an object is being deleted and held by a finalizer.
 * @see pkg/controller/util/protectionutil/utils.go IsDeletionCandidate
 */
export const isDeletionCandidate = ({ metadata }: KubeObject, finalizer: string): boolean =>
  metadata.deletionTimestamp !== undefined && (metadata.finalizers ?? []).includes(finalizer);

/**
 * Whether an object that is not being deleted lacks a finalizer.
 * @see pkg/controller/util/protectionutil/utils.go NeedToAddFinalizer
 */
export const needToAddFinalizer = ({ metadata }: KubeObject, finalizer: string): boolean =>
  metadata.deletionTimestamp === undefined && !(metadata.finalizers ?? []).includes(finalizer);
