import { apiVersionOf } from '../api/kind.ts';
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
 * `kubectl explain`: the fields of a kind and their types. The texts that describe them are not part of the schema.
 * @see staging/src/k8s.io/kubectl/pkg/explain/v2/templates/plaintext.tmpl
 */
export function explain(api: ApiServer, _ctx: Context, words: readonly string[]): Output {
  const output = new Output();
  const args = parseArguments('explain', words, EXPLAIN_FLAGS);
  const [path, ...more] = args.words;
  if (path === undefined) {
    throw new CommandError(
      'You must specify the type of resource to explain. Use "kubectl api-resources" for a complete list of supported resources.',
    );
  }
  if (more.length > 0) throw new CommandError('We accept only this format: explain RESOURCE');
  const [type = '', ...fields] = resourceAndFields(api, path);
  const definition = api.registry.byName(type);
  if (!definition) throw new CommandError(`the server doesn't have a resource type "${type}"`);
  const schema = schemaOf(apiVersionOf(definition), definition.kind);
  if (!schema)
    throw new CommandError(`couldn't find resource for "${apiVersionOf(definition)}, Kind=${definition.kind}"`);
  const found = fieldAt(schema, fields);
  if (definition.group !== '') output.line(`GROUP:      ${definition.group}`);
  output.line(`KIND:       ${definition.kind}`);
  output.line(`VERSION:    ${definition.version}`);
  output.line('');
  if (fields.length > 0) output.line(`FIELD: ${fields.at(-1) ?? ''} <${typeText(found)}>`);
  const struct = structIn(found);
  if (!struct) return output;
  if (fields.length > 0) output.line('');
  output.line('FIELDS:');
  printFields(output, struct, 1, args.is('recursive'), [struct]);
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

function fieldAt(schema: StructNode, fields: readonly string[]): TypeNode {
  let node: TypeNode = schema;
  for (const field of fields) {
    const next: TypeNode | undefined = structIn(node)?.fields.get(field)?.type;
    if (!next) throw new CommandError(`field "${field}" does not exist`);
    node = next;
  }
  return node;
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

function printFields(
  output: Output,
  struct: StructNode,
  level: number,
  recursive: boolean,
  inside: readonly StructNode[],
): void {
  for (const name of [...struct.fields.keys()].sort()) {
    const field = struct.fields.get(name);
    if (!field) continue;
    output.line(`${'  '.repeat(level)}${name}\t<${typeText(field.type)}>`);
    const deeper = structIn(field.type);
    // A type may hold itself.
    if (recursive && deeper && !inside.includes(deeper))
      printFields(output, deeper, level + 1, true, [...inside, deeper]);
  }
}
