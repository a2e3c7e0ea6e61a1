/** What OpenAPI says beyond types. See README.md beside it for where `published.json` comes from. */
import published from './published.json' with { type: 'json' };

const required: Readonly<Record<string, readonly string[]>> = published.required;
const enums: Readonly<Record<string, readonly string[]>> = published.enums;

/** Whether a document must have the field of a struct, as OpenAPI puts it. */
export const isPublishedAsRequired = (struct: string, field: string): boolean =>
  Object.hasOwn(required, struct) && (required[struct] ?? []).includes(field);

/** The values of a declared type that OpenAPI lists; none where it lists none. */
export const enumValues = (type: string): readonly string[] => (Object.hasOwn(enums, type) ? (enums[type] ?? []) : []);
