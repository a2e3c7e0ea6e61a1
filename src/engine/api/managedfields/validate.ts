import { goValue, isPlain, jsonType } from '../patch/plain.ts';
import type { ScalarKind } from '../schema/types.ts';
import { field, type PathElement, printElement } from './fieldset.ts';
import { type Shape, shapeOf, shapeOfMember } from './shape.ts';
import { elementOf } from './typed.ts';

/** A part of a configuration that does not fit its type. */
interface TypeFault {
  readonly path: string;
  readonly message: string;
}

/**
 * Why a configuration cannot be applied: fields that its type does not have, values of another type, elements of a list
 * that cannot be told apart. `undefined` where there is nothing.
 * @see sigs.k8s.io/structured-merge-diff typed/validate.go
 */
export function typeErrors(value: unknown, shape: Shape): string | undefined {
  const faults = check(value, shape).map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
  if (faults.length === 0) return undefined;
  return faults.length === 1 ? faults[0] : ['errors:', ...faults.map((text) => `  ${text}`)].join('\n');
}

const fault = (message: string): readonly TypeFault[] => [{ path: '', message }];

const below = (element: PathElement, faults: readonly TypeFault[]): readonly TypeFault[] =>
  faults.map(({ path, message }) => ({ path: printElement(element) + path, message }));

function check(value: unknown, shape: Shape): readonly TypeFault[] {
  if (value === null || value === undefined) return [];
  if (shape.kind === 'leaf') return checkLeaf(value, shape);
  if (shape.kind === 'list') return checkList(value, shape);
  if (!isPlain(value)) return shape.kind === 'deduced' ? [] : fault(`expected map, got ${pointer(value)}`);
  const faults: TypeFault[] = [];
  for (const [name, member] of Object.entries(value)) {
    const known = shapeOfMember(shape, name);
    if (!known) return [...faults, ...below(field(name), fault('field not declared in schema'))];
    faults.push(...below(field(name), check(member, known)));
  }
  return faults;
}

function checkList(value: unknown, shape: Extract<Shape, { kind: 'list' }>): readonly TypeFault[] {
  if (!Array.isArray(value)) return fault(`expected list, got ${pointer(value)}`);
  const faults: TypeFault[] = [];
  const seen = new Set<PathElement>();
  for (const [at, item] of value.entries()) {
    const element = elementOf(shape, item);
    if (typeof element !== 'string') return [...faults, ...fault(`element ${at}: ${element.fault}`)];
    if (seen.has(element)) faults.push(...fault(`duplicate entries for key ${printElement(element)}`));
    seen.add(element);
    faults.push(...below(element, check(item, shape.element)));
  }
  return faults;
}

function checkLeaf(value: unknown, { type }: Extract<Shape, { kind: 'leaf' }>): readonly TypeFault[] {
  switch (type?.kind) {
    case 'struct':
      return check(value, { kind: 'struct', type });
    case 'map':
      return check(value, { kind: 'map', element: shapeOf(type.value) });
    case 'list':
      if (!Array.isArray(value)) return fault(`expected list, got ${pointer(value)}`);
      return value.flatMap((item, at) => below(`i:${at}`, check(item, shapeOf(type.element))));
    case 'scalar':
      return checkScalar(value, type.scalar);
    default:
      return [];
  }
}

function checkScalar(value: unknown, scalar: ScalarKind): readonly TypeFault[] {
  switch (scalar) {
    case 'any':
      return [];
    case 'int32':
    case 'int64':
    case 'float64':
      return typeof value === 'number' ? [] : fault(`expected numeric (int or float), got ${goType(value)}`);
    case 'bool':
      return typeof value === 'boolean' ? [] : fault(`expected boolean, got ${pointer(value)}`);
    case 'string':
    case 'bytes':
      return typeof value === 'string'
        ? []
        : fault(`expected string, got &value.valueUnstructured{Value:${JSON.stringify(value)}}`);
    default:
      return typeof value === 'object' ? fault(`expected any scalar, got ${pointer(value)}`) : [];
  }
}

const pointer = (value: unknown): string => `&{${goValue(value)}}`;

function goType(value: unknown): string {
  const type = jsonType(value);
  if (type === 'slice') return '[]interface {}';
  return type === 'map' ? 'map[string]interface {}' : type === 'boolean' ? 'bool' : type;
}
