import { deflateSync, Inflate } from 'fflate';
import { crc32 } from './crc.ts';
import { ShareFault } from './fault.ts';
import { packScene, type SharedScene, unpackScene } from './scene.ts';

/** Version of the format; what a newer page writes begins with another number. */
const VERSION = 1;

/** A scene that unpacks to more than this is none that this page has made. */
const MOST_BYTES = 50 * 2 ** 20;
const PIECE = 4096;

/** The scene as a line of text without blanks: `1.`, then checksum and deflated JSON in base64url. */
export function encodeScene(scene: SharedScene): string {
  const packed = deflateSync(new TextEncoder().encode(JSON.stringify(packScene(scene))), { level: 9 });
  const bytes = new Uint8Array(packed.length + 4);
  new DataView(bytes.buffer).setUint32(0, crc32(packed));
  bytes.set(packed, 4);
  return `${VERSION}.${toBase64url(bytes)}`;
}

/** Whether a text looks like one that `encodeScene` has made, in whatever version. */
export function isSceneCode(text: string): boolean {
  return /^\d+(\.|$)/.test(text);
}

/**
 * The scene of such a text.
 * @throws ShareFault where it was cut off, changed, or made by a newer page
 */
export function decodeScene(text: string): SharedScene {
  const dot = text.indexOf('.');
  const version = Number(dot < 0 ? text : text.slice(0, dot));
  if (version > VERSION) throw new ShareFault('share.codeNewer', { version, known: VERSION });
  if (version !== VERSION) throw new ShareFault('share.codeChanged');
  if (dot < 0) throw new ShareFault('share.codeTruncated');
  const bytes = fromBase64url(text.slice(dot + 1));
  if (bytes.length < 6) throw new ShareFault('share.codeTruncated');
  const packed = bytes.subarray(4);
  const json = inflated(packed);
  const sum = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  if (sum !== crc32(packed)) throw new ShareFault('share.codeChanged');
  try {
    return unpackScene(JSON.parse(json));
  } catch (error) {
    throw error instanceof ShareFault ? error : new ShareFault('share.codeChanged');
  }
}

/** Stops as soon as it gets too long: a short text can stand for a very long one. */
function inflated(packed: Uint8Array): string {
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  let isWhole = false;
  const stream = new Inflate((piece, isLast) => {
    size += piece.length;
    isWhole ||= isLast;
    text += decoder.decode(piece, { stream: true });
  });
  try {
    for (let at = 0; at < packed.length && size <= MOST_BYTES; at += PIECE) {
      stream.push(packed.subarray(at, at + PIECE), at + PIECE >= packed.length);
    }
  } catch {
    throw new ShareFault(isWhole ? 'share.codeChanged' : 'share.codeTruncated');
  }
  if (size > MOST_BYTES) throw new ShareFault('share.codeChanged');
  if (!isWhole) throw new ShareFault('share.codeTruncated');
  return text + decoder.decode();
}

function toBase64url(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  // Chat programs add a full stop or a bracket to the end of a link, and break long ones.
  const clean = text.replace(/%[0-9A-F]{2}/gi, '').replace(/[\s.,;:!?)\]>]+/g, '');
  if (!/^[A-Za-z0-9_-]*$/.test(clean)) throw new ShareFault('share.codeChanged');
  const whole = clean.length % 4 === 1 ? clean.slice(0, -1) : clean;
  return Uint8Array.from(atob(whole.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));
}
