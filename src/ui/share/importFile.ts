import { createTrustedWorker } from '../shell/trustedWorker.ts';
import { notify } from '../store/notices.ts';
import { run } from '../store/run.ts';
import type { Session } from '../store/session.ts';
import { hasErrors, texts } from '../store/texts.ts';
import { decodeScene } from './code.ts';
import { currentScene } from './current.ts';
import type { StartingState } from './dump.ts';
import type { DumpAnswer } from './dump.worker.ts';
import dumpWorkerUrl from './dump.worker.ts?worker&url';
import { mayBeDump } from './dumpSign.ts';
import { ShareFault } from './fault.ts';
import { MOST_MEGABYTES, SCENE_KEYWORD } from './limits.ts';
import { openScene, orTell, type Told } from './open.ts';
import { isPng, pngText } from './pngText.ts';
import { FILE_FORMAT, FILE_VERSION } from './recording.ts';
import { type SharedScene, unpackScene } from './scene.ts';

const MEGABYTE = 2 ** 20;

/** Opens a file of whatever kind this page knows, or says what is wrong with it. */
export async function importFile(session: Session, file: File): Promise<void> {
  await orTell(async () => {
    const content = await contentOf(file);
    if (typeof content === 'string') await importManifests(session, content, file.name);
    else await openScene(session, content, opened(file.name));
  });
}

/** The scene inside of a file that this page has saved. @throws ShareFault where there is none */
export async function sceneInFile(file: File): Promise<SharedScene> {
  const content = await contentOf(file);
  if (typeof content === 'string') throw new ShareFault('share.fileWithoutScene', { file: file.name });
  return content;
}

/** The scene that a file holds, or else its text. @throws ShareFault where it is neither a scene of this page nor text */
async function contentOf(file: File): Promise<SharedScene | string> {
  const name = file.name;
  if (file.size > MOST_MEGABYTES * MEGABYTE) {
    const size = Math.ceil(file.size / MEGABYTE);
    throw new ShareFault('share.fileTooBig', { file: name, size, limit: MOST_MEGABYTES });
  }
  const bytes = await read(file);
  if (bytes.length === 0) throw new ShareFault('share.fileEmpty', { file: name });
  if (isPng(bytes)) return sceneOfPicture(pngText(bytes, SCENE_KEYWORD), name);
  const text = textOf(bytes, name);
  const start = text.trimStart();
  if (start.startsWith('<')) return sceneOfPicture(svgText(start), name);
  return start.startsWith('{') && /\.json$/i.test(name) ? contentOfJson(text, name) : text;
}

function opened(file: string): Told {
  return { key: 'share.fileOpened', values: { file } };
}

async function read(file: File): Promise<Uint8Array> {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch (error) {
    throw new ShareFault('share.fileUnreadable', { file: file.name, message: messageOf(error) });
  }
}

function textOf(bytes: Uint8Array, file: string): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (!text.includes('\0')) return text;
  } catch {
    // Said below: bytes that are no text.
  }
  throw new ShareFault('share.fileUnknown', { file });
}

function sceneOfPicture(code: string | undefined, file: string): SharedScene {
  if (code === undefined) throw new ShareFault('share.pictureWithoutScene', { file });
  return decodeScene(code);
}

/** The scene inside of an SVG. The text is not parsed as a document: nothing of it is ever shown. */
function svgText(svg: string): string | undefined {
  return new RegExp(`<metadata[^>]*\\sid="${SCENE_KEYWORD}"[^>]*>([^<]*)<`).exec(svg)?.[1]?.trim();
}

function contentOfJson(text: string, file: string): SharedScene | string {
  const value = parsed(text, file);
  if (value['format'] === FILE_FORMAT) {
    const version = Number(value['version']);
    if (version > FILE_VERSION) throw new ShareFault('share.codeNewer', { version, known: FILE_VERSION });
    return unpackScene(value['scene']);
  }
  if (typeof value['kind'] !== 'string') throw new ShareFault('share.jsonUnknown', { file });
  return text;
}

function parsed(text: string, file: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch (error) {
    throw new ShareFault('share.jsonUnreadable', { file, message: messageOf(error) });
  }
}

/** A dump becomes what the cluster begins with; other manifests are applied to the cluster that is here. */
async function importManifests(session: Session, text: string, file: string): Promise<void> {
  const state = await stateOfDump(text, file);
  if (state !== undefined) {
    if (state.count === 0) throw new ShareFault('share.dumpWithoutObjects', { file });
    await openScene(session, sceneOfDump(state), toldOfDump(state, file));
    texts.setState({ tab: 'cluster' });
    return;
  }
  const before = currentScene();
  const { cluster } = run.getState().source;
  if (hasErrors(await session.check('manifests', text))) {
    texts.setState({ manifests: text, tab: 'manifests' });
    const act = (): void => texts.setState({ manifests: before.manifests });
    notify({ key: 'share.manifestsTaken', values: { file }, actions: [{ key: 'common.undo', act }] });
    return;
  }
  const operation = { operation: { type: 'apply', text }, engineSteps: 0, at: 0 } as const;
  const source = { ...run.getState().source, operations: [operation] };
  const scene: SharedScene = { manifests: text, cluster, source, step: 0, selected: null };
  await openScene(session, scene, { key: 'share.manifestsOpened', values: { file } });
  texts.setState({ tab: 'manifests' });
}

function sceneOfDump({ cluster }: StartingState): SharedScene {
  // A cluster that nobody asks for anything stays at 0 s; this one is to go on.
  const goOn = { operation: { type: 'wait', duration: 0 }, engineSteps: 0, at: 0 } as const;
  return { manifests: '', cluster, source: { cluster, operations: [goOn] }, step: 0, selected: null };
}

function toldOfDump({ count, left }: StartingState, file: string): Told {
  const kinds = Object.entries(left).sort(([, a], [, b]) => b - a);
  if (kinds.length === 0) return { key: 'share.dumpOpened', values: { file, count } };
  const names = kinds.map(([kind, number]) => `${number} ${kind}`).join(', ');
  return { key: 'share.dumpOpenedLess', values: { file, count, left: names } };
}

/** Reading a large dump takes seconds, so a worker does it. */
async function stateOfDump(text: string, file: string): Promise<StartingState | undefined> {
  if (!mayBeDump(text)) return undefined;
  const worker = createTrustedWorker(dumpWorkerUrl, 'dump');
  try {
    const answer = await new Promise<DumpAnswer>((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<DumpAnswer>) => resolve(data);
      worker.onerror = (event) => {
        event.preventDefault();
        reject(new ShareFault('share.fileUnreadable', { file, message: event.message }));
      };
      worker.postMessage(text);
    });
    if (answer.error !== undefined) throw new ShareFault('share.dumpUnreadable', { file, message: answer.error });
    return answer.state;
  } finally {
    worker.terminate();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
