import { embedding } from '../embed/embedding.ts';
import { notify } from '../store/notices.ts';
import { isAtRest, run } from '../store/run.ts';
import type { Session } from '../store/session.ts';
import { currentScene } from './current.ts';
import { keepState } from './states.ts';

/**
 * Opens what comes from outside: links, now and when the address changes, and files that are dropped on the page. Keeps
 * the last states of the run. What does the work is loaded when it is needed.
 */
export function startSharing(session: Session): void {
  const openAddress = (): void => {
    const { hash } = window.location;
    if (/^#\d+(\.|$)/.test(hash)) load(async () => (await import('./open.ts')).openLink(session, hash));
  };
  window.addEventListener('hashchange', openAddress);
  openAddress();
  acceptDrops(session);
  if (!embedding.isOn) keepStates();
}

function load(part: () => Promise<void>): void {
  part().catch((error: unknown) => {
    if (!isMissingPart(error)) throw error;
    notify({ key: 'share.partMissing' });
  });
}

function isMissingPart(error: unknown): boolean {
  return error instanceof TypeError && /import|module/i.test(error.message);
}

/** Text that is dropped on the editor goes into it; everything else that is dropped anywhere is opened. */
function acceptDrops(session: Session): void {
  const isOurs = ({ dataTransfer, target }: DragEvent): boolean => {
    if (dataTransfer?.types.includes('Files') !== true) return false;
    const file = dataTransfer.files[0];
    const isText = file === undefined || !/\.(png|svg|json)$/i.test(file.name);
    return !(isText && target instanceof Element && target.closest('.editor-body') !== null);
  };
  window.addEventListener(
    'dragover',
    (event) => {
      if (isOurs(event)) event.preventDefault();
    },
    true,
  );
  window.addEventListener(
    'drop',
    (event) => {
      const file = event.dataTransfer?.files[0];
      if (file === undefined || !isOurs(event)) return;
      event.preventDefault();
      event.stopPropagation();
      load(async () => (await import('./importFile.ts')).importFile(session, file));
    },
    true,
  );
}

/** Each run that has come to rest is kept among the earlier states. */
function keepStates(): void {
  let kept = run.getState().source;
  run.subscribe(({ source, phase }) => {
    if (source === kept || !isAtRest(phase)) return;
    kept = source;
    void keepState(currentScene());
  });
}
