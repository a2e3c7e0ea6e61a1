import { apiVersionOf } from '../api/kind.ts';
import { meaningOfField, meaningOfKind } from '../api/schema/meanings.ts';
import { enumValues, isPublishedAsRequired } from '../api/schema/published.ts';
import { type StructNode, schemaOf, type TypeNode, typeText } from '../api/schema/types.ts';
import type { ApiServer } from '../api/server.ts';
import type { Context } from '../sim/context.ts';
import { type Flag, parseArguments } from './flags.ts';
import { CommandError, Output } from './result.ts';

export const EXPLAIN_FLAGS: readonly Flag[] = [
  { name: 'api-version', takes: 'text' },
  { name: 'output', short: 'o', takes: 'text' },
  { name: 'recursive', short: 'R', takes: 'bool' },
];

/**
 * `kubectl explain`: the fields of a kind, their types, and which of them must be there.
 * @see staging/src/k8s.io/kubectl/pkg/explain/v2/templates/plaintext.tmpl
 */
export function explain(api: ApiServer, _ctx: Context, words: readonly string[]): Output {
  const output = new Output();
  const args = parseArguments('explain', words, EXPLAIN_FLAGS);
  const [path, ...more] = args.words;
  if (path === undefined) {
    throw new CommandError(
      'You must specify the type of resource to explain. Use "kubectl api-resources" for a complete list of supported resources.\n',
    );
  }
  if (more.length > 0) throw new CommandError('We accept only this format: explain RESOURCE\n');
  const [type = '', ...fields] = resourceAndFields(api, path);
  const definition = api.registry.byName(type);
  if (!definition) throw new CommandError(`the server doesn't have a resource type "${type}"`);
  const apiVersion = args.text('api-version') ?? apiVersionOf(definition);
  const schema = schemaOf(apiVersion, definition.kind);
  if (!schema) throw new CommandError(`couldn't find resource for "${apiVersion}, Resource=${definition.plural}"`);
  const format = args.text('output') ?? 'plaintext';
  if (format !== 'plaintext') throw new CommandError(`unrecognized format: ${format}`);
  const field = fieldAt(schema, fields);
  if (definition.group !== '') output.line(`GROUP:      ${definition.group}`);
  output.line(`KIND:       ${definition.kind}`);
  output.line(`VERSION:    ${definition.version}`);
  output.line('');
  if (fields.length > 0) {
    output.line(`FIELD: ${fields.at(-1) ?? ''} <${typeText(field.type)}>`);
    const values = enumOf(field.type);
    if (values.length > 0) output.line(`ENUM:\n${values.map((value) => `    ${value || '""'}`).join('\n')}`);
    else output.line('');
    output.line('');
  }
  output.line('DESCRIPTION:');
  const text = fields.length === 0 ? meaningOfKind(definition.kind) : field.text;
  output.line(text === undefined ? '    <empty>' : `${wrapped(text, 76, 4)}\n    `);
  const struct = structIn(field.type);
  if (struct && struct.fields.size > 0) {
    output.line('FIELDS:');
    printFields(output, struct, 1, args.is('recursive'), [struct]);
  }
  output.line('');
  return output;
}

/** The name of a resource may itself have dots: the longest that is one wins. */
function resourceAndFields(api: ApiServer, path: string): readonly string[] {
  const parts = path.split('.');
  for (let length = parts.length; length > 1; length -= 1) {
    const name = parts.slice(0, length).join('.');
    if (api.registry.byName(name)) return [name, ...parts.slice(length)];
  }
  return parts;
}

/** A field that was asked for, or the kind itself, which has no text of its own here. */
interface Found {
  readonly type: TypeNode;
  readonly text?: string | undefined;
}

function fieldAt(schema: StructNode, fields: readonly string[]): Found {
  let found: Found = { type: schema };
  for (const field of fields) {
    const struct = structIn(found.type);
    const next = struct?.fields.get(field);
    if (!struct || !next) throw new CommandError(`field "${fields.at(-1) ?? ''}" does not exist`);
    found = { type: next.type, text: meaningOfField(struct.name, field) };
  }
  return found;
}

/** The struct of a field, also inside lists and maps. */
function structIn(node: TypeNode): StructNode | undefined {
  switch (node.kind) {
    case 'struct':
      return node;
    case 'list':
      return structIn(node.element);
    case 'map':
      return structIn(node.value);
    case 'scalar':
      return undefined;
  }
}

const enumOf = (type: TypeNode): readonly string[] => (type.kind === 'scalar' && type.id ? enumValues(type.id) : []);

/** Values that are listed beside a field. */
const MAX_VALUES = 4;

function printFields(
  output: Output,
  struct: StructNode,
  level: number,
  recursive: boolean,
  inside: readonly StructNode[],
): void {
  const indent = '  '.repeat(level);
  for (const name of [...struct.fields.keys()].sort()) {
    const field = struct.fields.get(name);
    if (!field) continue;
    output.line(
      `${indent}${name}\t<${typeText(field.type)}>${isPublishedAsRequired(struct.id, name) ? ' -required-' : ''}`,
    );
    const values = enumOf(field.type);
    if (values.length > 0) {
      const listed = values.slice(0, MAX_VALUES).map((value) => value || '""');
      output.line(`${indent}enum: ${[...listed, ...(values.length > MAX_VALUES ? ['....'] : [])].join(', ')}`);
    }
    const deeper = structIn(field.type);
    if (!recursive) {
      output.line(
        wrapped(meaningOfField(struct.name, name) ?? '<no description>', 78 - indent.length, indent.length + 2),
      );
      output.line('');
    }
    // A type may hold itself.
    else if (deeper && !inside.includes(deeper)) printFields(output, deeper, level + 1, true, [...inside, deeper]);
  }
}

/** A text in lines of at most so many letters, each behind so many blanks. @see k8s.io/kubectl/pkg/util/term NewWordWrapWriter */
function wrapped(text: string, width: number, indent: number): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.map((line) => ' '.repeat(indent) + line).join('\n');
}
