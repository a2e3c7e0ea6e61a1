import type { JSONSchema } from 'monaco-yaml';
import type { JsonSchema, ManifestSchema } from '../../worker/protocol.ts';
import type { FieldTexts } from '../i18n/fields.ts';

/** The name of a type within that of its definition. */
const typeOf = (definition: string): string => definition.slice(definition.lastIndexOf('.') + 1);

const own = (of: Readonly<Record<string, string>> | undefined, key: string): string | undefined =>
  of !== undefined && Object.hasOwn(of, key) ? of[key] : undefined;

/**
 * The schema of manifests as the YAML language takes it: one of many kinds, each field with its type, whether it must be
 * there, and what it means in the reader's language.
 */
export function editorSchema({ kinds, definitions, sameFields }: ManifestSchema, texts: FieldTexts): JSONSchema {
  const described = Object.entries(definitions).map(([name, definition]): [string, JSONSchema] => {
    const type = typeOf(name);
    const written = Object.entries(definition.properties ?? {}).filter(([, schema]) => schema.doNotSuggest !== true);
    const properties = written.map(([field, schema]): [string, JSONSchema] => {
      const isRequired = definition.required?.includes(field) === true;
      const meaning = meaningOf(texts, kinds.includes(name), [type, own(sameFields, type)], field);
      return [field, { ...valuesOf(schema), markdownDescription: describe(field, schema, isRequired, meaning) }];
    });
    return [name, { ...plain(definition), properties: Object.fromEntries(properties) }];
  });
  return {
    oneOf: kinds.map((kind) => ({ $ref: `#/definitions/${kind}` })),
    definitions: Object.fromEntries(described),
  };
}

function meaningOf(
  texts: FieldTexts,
  isKind: boolean,
  [type, same]: readonly [string, string | undefined],
  field: string,
): string {
  if (isKind && field === 'kind') return own(texts['kinds'], type) ?? '';
  const others = [same, isKind ? 'any' : undefined].flatMap((other) => other ?? []);
  return [type, ...others].flatMap((of) => own(texts[of], field) ?? []).at(0) ?? '';
}

/** As `kubectl explain` heads it, then the meaning, then the values where they are few. */
function describe(field: string, schema: JsonSchema, isRequired: boolean, meaning: string): string {
  const head = `**${field}**${schema.title === undefined ? '' : ` \`<${schema.title}>\``}${isRequired ? ' -required-' : ''}`;
  const values = [...new Set([...(schema.enum ?? []), ...(schema.items?.enum ?? [])])];
  const list = values.length < 2 ? '' : values.map((value) => `\`${value === '' ? '""' : value}\``).join(' ');
  return [head, meaning, list].filter(Boolean).join('\n\n');
}

/** The same values, as alternatives: of a list of values the language would make a paragraph of its own, in English. */
function valuesOf(schema: JsonSchema): JSONSchema {
  const { enum: values, items } = schema;
  return {
    ...plain(schema),
    ...(values && { oneOf: values.map((value) => ({ const: value })) }),
    ...(items && { items: valuesOf(items) }),
  };
}

/** Without what is said in the description, and open: what is unknown or wrong the engine says. */
function plain({ title: _, enum: _values, additionalProperties, ...schema }: JsonSchema): JSONSchema {
  const isMap = typeof additionalProperties === 'object';
  return { ...schema, ...(isMap && { additionalProperties: plain(additionalProperties) }) } as JSONSchema;
}
