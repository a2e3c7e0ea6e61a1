import type { FieldError } from '../errors.ts';
import { invalidValue } from './field.ts';

const DIGITS = /^\d+$/;
const GROUP = /^[0-9a-fA-F]{1,4}$/;

const isIPv4 = (text: string): boolean => {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => DIGITS.test(part) && Number(part) <= 255);
};

const LEADING_ZERO = /(^|[.:])0\d+(\.|$)/;

/** How many groups of sixteen bits a side of `::` has, and whether it ends in an IPv4 address. */
function groupsOf(side: string): { readonly count: number; readonly tail?: string } | undefined {
  if (side === '') return { count: 0 };
  const parts = side.split(':');
  const last = parts.at(-1) ?? '';
  const tail = last.includes('.') ? last : undefined;
  if (tail !== undefined && !isIPv4(tail)) return undefined;
  const groups = tail === undefined ? parts : parts.slice(0, -1);
  if (!groups.every((group) => GROUP.test(group))) return undefined;
  return { count: groups.length + (tail === undefined ? 0 : 2), ...(tail !== undefined && { tail }) };
}

function isIPv6(text: string): boolean {
  const sides = text.split('::');
  if (sides.length > 2) return false;
  const [left, right] = [groupsOf(sides[0] ?? ''), groupsOf(sides[1] ?? '')];
  if (!left || !right) return false;
  if (sides.length === 1) return left.count === 8;
  return left.tail === undefined && left.count + right.count < 8;
}

const MAPPED = /^(0{1,4}:)*(:|::)?(0{1,4}:)*ffff:(\d+\.\d+\.\d+\.\d+|[0-9a-f]{1,4}:[0-9a-f]{1,4})$/i;

/**
 * An address as fields of old take it: it may be written in several ways, but in none that others read differently.
 * @see staging/src/k8s.io/apimachinery/pkg/util/validation/ip.go IsValidIPForLegacyField
 */
export function validateIP(text: string, field: string): FieldError[] {
  if (!(text.includes(':') ? isIPv6(text) : isIPv4(text)))
    return [invalidValue(field, text, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)')];
  if (LEADING_ZERO.test(text) && text.includes('.')) return [invalidValue(field, text, 'must not have leading 0s')];
  return MAPPED.test(text) ? [invalidValue(field, text, 'must not be an IPv4-mapped IPv6 address')] : [];
}
