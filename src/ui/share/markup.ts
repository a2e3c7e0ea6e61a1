import { isValidElement, type ReactNode } from 'react';

export type Attributes = Readonly<Record<string, string | number | undefined>>;

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text as XML holds it; characters that XML has no place for are left out. */
export function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replace(/[&<>"]/g, (char) => ESCAPES[char] ?? char);
}

/** An XML element; attributes that are undefined are left out. */
export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escapeXml(String(value))}"`)
    .join('');
  return children.length === 0 ? `<${name}${written}/>` : `<${name}${written}>${children.join('')}</${name}>`;
}

/**
 * The XML of a drawing that is written as React elements of SVG: only elements with attributes, no components.
 * @param value replaces each attribute's value, such as a custom property by its colour
 */
export function markupOf(node: ReactNode, value: (text: string) => string): string {
  if (Array.isArray(node)) return node.map((child: ReactNode) => markupOf(child, value)).join('');
  if (!isValidElement<Readonly<Record<string, unknown>>>(node)) return '';
  const { children, ...attributes } = node.props;
  const inner = markupOf(children as ReactNode, value);
  if (typeof node.type !== 'string') return inner;
  const written: Record<string, string> = {};
  for (const [key, attribute] of Object.entries(attributes)) {
    if (typeof attribute !== 'string' && typeof attribute !== 'number') continue;
    const name = key === 'viewBox' ? key : key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    written[name] = value(String(attribute));
  }
  return inner === '' ? element(node.type, written) : element(node.type, written, inner);
}
