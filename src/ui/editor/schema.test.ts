import { describe, expect, it } from 'vitest';
import { KINDS } from '../../engine/api/kinds/index.ts';
import { manifestSchema } from '../../engine/manifestschema.ts';
import { UNSIMULATED } from '../../engine/unsimulated.ts';
import type { FieldTexts } from '../i18n/fields.ts';
import { TABLES } from '../i18n/tables.ts';
import { editorSchema } from './schema.ts';

const schema = manifestSchema(KINDS);
const texts: FieldTexts = schema.meanings;

describe('the schema that the editor shows', () => {
  const { oneOf, definitions = {} } = editorSchema(schema, texts);
  const field = (definition: string, name: string) => {
    const found = definitions[definition]?.properties?.[name];
    if (typeof found !== 'object') throw new Error(`no field ${definition}.${name}`);
    return found;
  };

  it('is one of all kinds', () => {
    expect(oneOf).toHaveLength(KINDS.length + 1);
    expect(oneOf).toContainEqual({ $ref: '#/definitions/v1.Pod' });
  });

  it('says of a field its type, whether it must be there, what it means and which values it takes', () => {
    expect(field('core.PersistentVolumeClaimSpec', 'accessModes').markdownDescription).toBe(
      [
        '**accessModes** `<[]string>` -required-',
        texts['PersistentVolumeClaimSpec']?.['accessModes'],
        '`ReadOnlyMany` `ReadWriteMany` `ReadWriteOnce` `ReadWriteOncePod`',
      ].join('\n\n'),
    );
    expect(field('core.PersistentVolumeClaimSpec', 'storageClassName').markdownDescription).toMatch(
      /^\*\*storageClassName\*\* `<string>`\n\nThe class/,
    );
  });

  it('says at the kind what the kind is', () => {
    expect(field('storage.k8s.io.v1.StorageClass', 'kind').markdownDescription).toContain(
      texts['kinds']?.['StorageClass'],
    );
    expect(field('storage.k8s.io.v1.StorageClass', 'provisioner').markdownDescription).toContain('-required-');
  });

  it('proposes the values of lists and of single fields', () => {
    const modes = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
    expect(field('core.PersistentVolumeSpec', 'accessModes').items).toEqual({
      type: 'string',
      oneOf: modes.map((mode) => ({ const: mode })),
    });
    expect(field('core.PersistentVolumeSpec', 'volumeMode').oneOf).toEqual([
      { const: 'Block' },
      { const: 'Filesystem' },
    ]);
  });
});

describe('the sentences about fields', () => {
  it('are about fields and kinds that exist', () => {
    const known = new Set(
      Object.entries(schema.definitions).flatMap(([name, { properties = {} }]) =>
        Object.keys(properties).map((key) => `${name.slice(name.lastIndexOf('.') + 1)}.${key}`),
      ),
    );
    const kinds = new Set(schema.kinds.map((name) => name.slice(name.lastIndexOf('.') + 1)));
    const unknown = Object.entries(texts).flatMap(([type, fields]) =>
      Object.keys(fields)
        .filter((key) => (type === 'kinds' ? !kinds.has(key) : type !== 'any' && !known.has(`${type}.${key}`)))
        .map((key) => `${type}.${key}`),
    );
    expect(unknown).toEqual([]);
  });

  it('say of what is not simulated the same as the headless runner', () => {
    const said = Object.fromEntries(Object.entries(UNSIMULATED).map(([reason, { meaning }]) => [reason, meaning]));
    expect(TABLES.en.remedy.unsimulated).toEqual(said);
  });
});
