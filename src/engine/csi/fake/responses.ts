import type { Context } from '../../sim/context.ts';
import type { Json } from '../../sim/types.ts';
import type { Driver, ResponseOverride } from '../spec/driver.ts';

const answeredOf = (driver: string): string => `backend/${driver}/answered`;

/**
 * Applies the driver's own answers to a call that succeeded: entries of a method are used one after the other, each
 * `times` times, one without for good.
 */
export function overrideResponse(ctx: Context, driver: Driver, method: string, response: Json): Json {
  const entries = (driver.responses ?? []).filter((entry) => entry.method === method);
  if (entries.length === 0) return response;
  const answered = ctx.live<number>(answeredOf(driver.name), method) ?? 0;
  ctx.write(answeredOf(driver.name), method, answered + 1);
  const entry = entryFor(entries, answered);
  return entry ? merge(response, entry.response) : response;
}

function entryFor(entries: readonly ResponseOverride[], answered: number): ResponseOverride | undefined {
  let left = answered;
  for (const entry of entries) {
    if (entry.times === undefined || left < entry.times) return entry;
    left -= entry.times;
  }
  return undefined;
}

/** Maps by key, all else replaced; `null` takes a field out. */
function merge(value: Json, over: Json): Json {
  if (!isMap(over)) return over;
  const merged: Record<string, Json> = {};
  for (const [key, part] of Object.entries(isMap(value) ? value : {})) if (part !== undefined) merged[key] = part;
  for (const [key, part] of Object.entries(over)) {
    if (part === null) delete merged[key];
    else if (part !== undefined) merged[key] = merge(merged[key] ?? null, part);
  }
  return merged;
}

const isMap = (value: Json): value is { readonly [key: string]: Json | undefined } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
