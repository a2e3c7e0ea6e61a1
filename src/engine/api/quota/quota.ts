import type { ResourceQuota, ScopeRequirement } from '../kinds/resourcequota.ts';
import type { KubeObject, ResourceList } from '../object.ts';
import { canonicalQuantity, compareQuantities } from '../quantity.ts';
import type { Evaluator } from './evaluators.ts';

/** The entries of a list that a set of names has. @see staging/src/k8s.io/apiserver/pkg/quota/v1/resources.go Mask */
export const maskResources = (list: ResourceList, names: readonly string[]): ResourceList =>
  Object.fromEntries(Object.entries(list).filter(([name]) => names.includes(name)));

/** Whether two lists name the same resources with equal amounts. @see Equals */
export function equalResources(a: ResourceList, b: ResourceList): boolean {
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && compareQuantities(a[name], b[name]) === 0)
  );
}

/** `cpu=1,memory=2Gi`: sorted, without blanks. @see prettyPrint */
export const printResources = (list: ResourceList): string =>
  Object.keys(list)
    .sort()
    .map((name) => `${name}=${canonicalQuantity(list[name] ?? '0')}`)
    .join(',');

/** @see getScopeSelectorsFromQuota */
export function scopesOf({ spec }: ResourceQuota): readonly ScopeRequirement[] {
  const scopes = (spec?.scopes ?? []).map((scopeName) => ({ scopeName, operator: 'Exists' }));
  return [...scopes, ...(spec?.scopeSelector?.matchExpressions ?? [])];
}

/** Whether an object lies in all scopes of a quota. */
export const inScopes = (evaluator: Evaluator, quota: ResourceQuota, object: KubeObject): boolean =>
  scopesOf(quota).every((scope) => evaluator.matchesScope?.(scope, object) ?? false);
