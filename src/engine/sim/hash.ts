/** FNV-1a over UTF-16 code units, 2 × 32 bits; tells texts apart, keeps no secrets. */
export function hashText(text: string, start: readonly [number, number] = [0x811c9dc5, 0x01000193]): [number, number] {
  let [a, b] = start;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x01000193);
    b = Math.imul(b ^ (unit + i), 0x85ebca6b);
  }
  return [a >>> 0, b >>> 0];
}
