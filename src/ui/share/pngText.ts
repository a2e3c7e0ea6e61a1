import { crc32 } from './crc.ts';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

export function isPng(bytes: Uint8Array): boolean {
  return SIGNATURE.every((byte, index) => bytes[index] === byte);
}

interface Chunk {
  readonly type: string;
  readonly data: Uint8Array;
  /** Where the chunk begins, at its length. */
  readonly start: number;
}

/** The chunks of a PNG, as far as they are whole. */
function* chunksOf(bytes: Uint8Array): Generator<Chunk> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let start = SIGNATURE.length;
  while (start + 12 <= bytes.length) {
    const length = view.getUint32(start);
    if (start + 12 + length > bytes.length) return;
    yield {
      type: latin1(bytes.subarray(start + 4, start + 8)),
      data: bytes.subarray(start + 8, start + 8 + length),
      start,
    };
    start += 12 + length;
  }
}

/**
 * The PNG with a `tEXt` chunk more, before its end.
 * @param text characters of Latin-1 only, as the format wants them
 * @see https://www.w3.org/TR/png-3/#11tEXt
 */
export function withPngText(bytes: Uint8Array, keyword: string, text: string): Uint8Array<ArrayBuffer> {
  const content = bytesOf(`tEXt${keyword}\0${text}`);
  const chunk = new Uint8Array(content.length + 8);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, content.length - 4);
  chunk.set(content, 4);
  view.setUint32(content.length + 4, crc32(content));
  const end = [...chunksOf(bytes)].find(({ type }) => type === 'IEND')?.start ?? bytes.length;
  const whole = new Uint8Array(bytes.length + chunk.length);
  whole.set(bytes.subarray(0, end));
  whole.set(chunk, end);
  whole.set(bytes.subarray(end), end + chunk.length);
  return whole;
}

/** The text of the first `tEXt` chunk with the keyword; undefined where there is none. */
export function pngText(bytes: Uint8Array, keyword: string): string | undefined {
  for (const { type, data } of chunksOf(bytes)) {
    if (type !== 'tEXt') continue;
    const content = latin1(data);
    if (content.startsWith(`${keyword}\0`)) return content.slice(keyword.length + 1);
  }
  return undefined;
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
