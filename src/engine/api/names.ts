/**
 * The rules for names, label keys and label values, with the API server's own texts.
 *
 * Every `is…` function returns the faults it found, in upstream's order; an empty list means valid.
 *
 * @see staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go
 */

const DNS1123_LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const DNS1123_LABEL_TEXT =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with" +
  ' an alphanumeric character';
const DNS1123_SUBDOMAIN = `${DNS1123_LABEL}(\\.${DNS1123_LABEL})*`;
const DNS1123_SUBDOMAIN_TEXT =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and" +
  ' end with an alphanumeric character';
const DNS1035_LABEL = '[a-z]([-a-z0-9]*[a-z0-9])?';
const DNS1035_LABEL_TEXT =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and" +
  ' end with an alphanumeric character';
const QUALIFIED_NAME = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const QUALIFIED_NAME_TEXT =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
const LABEL_VALUE = `(${QUALIFIED_NAME})?`;
const LABEL_VALUE_TEXT =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end" +
  ' with an alphanumeric character';
const CONFIG_MAP_KEY = '[-._a-zA-Z0-9]+';
const CONFIG_MAP_KEY_TEXT = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'";
const ENV_VAR_NAME_TEXT =
  "a valid environment variable name must consist only of printable ASCII characters other than '='";

// Nested quantifiers over a long text could backtrack for ever, so each expression is linear: it names what a part
// may start and end with and what lies between, which is the same language as upstream's.
const dns1123Label = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const dns1123Subdomain = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
const dns1035Label = /^[a-z](?:[-a-z0-9]*[a-z0-9])?$/;
const qualifiedName = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const configMapKey = /^[-._a-zA-Z0-9]+$/;
const envVarName = /^[ -<>-~]+$/;

export const DNS1123LabelMaxLength = 63;
export const DNS1123SubdomainMaxLength = 253;
export const QualifiedNameMaxLength = 63;
export const LabelValueMaxLength = 63;

/** The length in UTF-8 bytes, as Go counts a string's. */
export function byteLength(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    // A pair of surrogates is two units and four bytes, any other unit from U+0800 on three bytes.
    bytes += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2;
  }
  return bytes;
}

/** `must be no more than N characters`. @see MaxLenError */
export function maxLenError(length: number): string {
  return `must be no more than ${length} characters`;
}

/** A rule's text with examples and expression. @see RegexError */
export function regexError(message: string, expression: string, ...examples: string[]): string {
  if (examples.length === 0) return `${message} (regex used for validation is '${expression}')`;
  // Two blanks before "or" are upstream's.
  const list = examples.map((example) => `'${example}', `).join(' or ');
  return `${message} (e.g. ${list}regex used for validation is '${expression}')`;
}

/** A name of most kinds: RFC 1123 subdomain. @see IsDNS1123Subdomain */
export function isDNS1123Subdomain(value: string): string[] {
  const faults: string[] = [];
  if (byteLength(value) > DNS1123SubdomainMaxLength) faults.push(maxLenError(DNS1123SubdomainMaxLength));
  if (!dns1123Subdomain.test(value)) faults.push(regexError(DNS1123_SUBDOMAIN_TEXT, DNS1123_SUBDOMAIN, 'example.com'));
  return faults;
}

const UNDERSCORE_LABEL = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const underscoreSubdomain = /^_?[a-z0-9](?:[-_a-z0-9]*[a-z0-9])?(?:\._?[a-z0-9](?:[-_a-z0-9]*[a-z0-9])?)*$/;

/** A search domain: a subdomain whose labels may also hold underscores. @see IsDNS1123SubdomainWithUnderscore */
export function isDNS1123SubdomainWithUnderscore(value: string): string[] {
  const faults: string[] = [];
  if (byteLength(value) > DNS1123SubdomainMaxLength) faults.push(maxLenError(DNS1123SubdomainMaxLength));
  if (!underscoreSubdomain.test(value)) {
    const text = DNS1123_SUBDOMAIN_TEXT.replace("characters, '-'", "characters, '_', '-'");
    faults.push(regexError(text, `${UNDERSCORE_LABEL}(\\.${UNDERSCORE_LABEL})*`, 'example.com'));
  }
  return faults;
}

/** The name of a namespace, a container or a pod's volume: RFC 1123 label. @see IsDNS1123Label */
export function isDNS1123Label(value: string): string[] {
  const faults: string[] = [];
  if (byteLength(value) > DNS1123LabelMaxLength) faults.push(maxLenError(DNS1123LabelMaxLength));
  if (!dns1123Label.test(value)) {
    if (dns1123Subdomain.test(value)) faults.push('must not contain dots');
    else faults.push(regexError(DNS1123_LABEL_TEXT, DNS1123_LABEL, 'my-name', '123-abc'));
  }
  return faults;
}

/** The name of a Service. @see IsDNS1035Label */
export function isDNS1035Label(value: string): string[] {
  const faults: string[] = [];
  if (byteLength(value) > DNS1123LabelMaxLength) faults.push(maxLenError(DNS1123LabelMaxLength));
  if (!dns1035Label.test(value)) faults.push(regexError(DNS1035_LABEL_TEXT, DNS1035_LABEL, 'my-name', 'abc-123'));
  return faults;
}

// The same few keys are on every object; whether one is good is a function of its text.
const GOOD: readonly string[] = [];
const MAX_GOOD_NAMES = 2000;
const goodNames = new Set<string>();

/** The key of a label, a provisioner, a finalizer: an optional subdomain, a slash, and a name. @see IsQualifiedName */
export function isQualifiedName(value: string): readonly string[] {
  if (goodNames.has(value)) return GOOD;
  const faults = qualifiedNameFaults(value);
  if (faults.length > 0) return faults;
  if (goodNames.size >= MAX_GOOD_NAMES) goodNames.clear();
  goodNames.add(value);
  return GOOD;
}

function qualifiedNameFaults(value: string): string[] {
  const faults: string[] = [];
  const parts = value.split('/');
  const examples = ['MyName', 'my.name', '123-abc'];
  if (parts.length > 2) {
    const text = regexError(QUALIFIED_NAME_TEXT, QUALIFIED_NAME, ...examples);
    return [`a valid label key ${text} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  const name = parts[parts.length - 1] ?? '';
  if (parts.length === 2) {
    const prefix = parts[0] ?? '';
    if (prefix === '') faults.push('prefix part must be non-empty');
    else for (const fault of isDNS1123Subdomain(prefix)) faults.push(`prefix part ${fault}`);
  }
  if (name === '') faults.push('name part must be non-empty');
  else if (byteLength(name) > QualifiedNameMaxLength) faults.push(`name part ${maxLenError(QualifiedNameMaxLength)}`);
  if (!qualifiedName.test(name)) {
    faults.push(`name part ${regexError(QUALIFIED_NAME_TEXT, QUALIFIED_NAME, ...examples)}`);
  }
  return faults;
}

/** The value of a label. @see IsValidLabelValue */
export function isValidLabelValue(value: string): string[] {
  const faults: string[] = [];
  if (byteLength(value) > LabelValueMaxLength) faults.push(maxLenError(LabelValueMaxLength));
  if (value !== '' && !qualifiedName.test(value)) {
    faults.push(regexError(LABEL_VALUE_TEXT, LABEL_VALUE, 'MyValue', 'my_value', '12345'));
  }
  return faults;
}

/** A key of a ConfigMap or Secret. @see IsConfigMapKey */
export function isConfigMapKey(value: string): string[] {
  const faults: string[] = [];
  if (byteLength(value) > DNS1123SubdomainMaxLength) faults.push(maxLenError(DNS1123SubdomainMaxLength));
  if (!configMapKey.test(value)) {
    faults.push(regexError(CONFIG_MAP_KEY_TEXT, CONFIG_MAP_KEY, 'key.name', 'KEY_NAME', 'key-name'));
  }
  if (value === '.') faults.push("must not be '.'");
  else if (value === '..') faults.push("must not be '..'");
  else if (value.startsWith('..')) faults.push("must not start with '..'");
  return faults;
}

/** The name of an environment variable. @see IsRelaxedEnvVarName */
export function isEnvVarName(value: string): string[] {
  if (value === '') return ['environment variable name must be non-empty'];
  return envVarName.test(value) ? [] : [ENV_VAR_NAME_TEXT];
}

/** The name of a container's port, by which services and probes find it. @see IsValidPortName */
export function isValidPortName(value: string): string[] {
  const faults: string[] = [];
  if (byteLength(value) > 15) faults.push(maxLenError(15));
  if (!/^[-a-z0-9]+$/.test(value))
    faults.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  if (!/[a-z]/.test(value)) faults.push('must contain at least one letter (a-z)');
  if (value.includes('--')) faults.push('must not contain consecutive hyphens');
  if (value.startsWith('-') || value.endsWith('-')) faults.push('must not begin or end with a hyphen');
  return faults;
}

/** The name of a header of an HTTP probe. @see IsHTTPHeaderName */
export const isHTTPHeaderName = (value: string): string[] =>
  /^[-A-Za-z0-9]+$/.test(value)
    ? []
    : [
        regexError(
          "a valid HTTP header must consist of alphanumeric characters or '-'",
          '[-A-Za-z0-9]+',
          'X-Header-Name',
        ),
      ];

/**
 * The prefix that `generateName` may have: a trailing dash stands for what the server will add.
 *
 * @see staging/src/k8s.io/apimachinery/pkg/api/validation/generic.go maskTrailingDash
 */
export function maskTrailingDash(name: string): string {
  return name.length > 1 && name.endsWith('-') ? `${name.slice(0, -2)}a` : name;
}
