import i18next from 'i18next';
import { goDuration } from '../client/duration.ts';
import { run } from '../store/run.ts';
import { encodeScene } from './code.ts';
import { currentScene } from './current.ts';
import { pictureOf, pngOf, translate } from './picture.ts';
import { recordingFile, sceneFile } from './recording.ts';
import { reportOf } from './report.ts';

/** What can be saved as a file. */
export type Format = 'png' | 'svg' | 'json' | 'report' | 'scene';

const NAMES: Readonly<Record<Format, (step: number) => string>> = {
  png: (step) => `storage-step-${step}.png`,
  svg: (step) => `storage-step-${step}.svg`,
  json: () => 'storage-recording.json',
  report: () => 'storage-report.md',
  scene: () => 'storage-scene.json',
};

/** Saves what the page shows as a file of the format. Returns the file's name. */
export async function saveAs(format: Format): Promise<string> {
  const scene = currentScene();
  const name = NAMES[format](scene.step);
  download(name, await contentOf(format));
  return name;
}

async function contentOf(format: Format): Promise<Blob> {
  const scene = currentScene();
  const { replica, startTime, phase, end } = run.getState();
  switch (format) {
    case 'png':
      return pngOf(pictureOf(scene), encodeScene(scene));
    case 'svg':
      return new Blob([pictureOf(scene).svg], { type: 'image/svg+xml' });
    case 'json':
      return new Blob([recordingFile(scene, replica, startTime)], { type: 'application/json' });
    case 'scene':
      return new Blob([sceneFile(scene)], { type: 'application/json' });
    case 'report': {
      const text = (key: string, values?: Readonly<Record<string, string | number>>): string =>
        i18next.t(key, { ...values });
      const time = goDuration(Math.max(end, replica.timeAt(replica.steps)));
      const report = reportOf({ replica, scene, isSettled: phase === 'settled', time, text, translate });
      return new Blob([report], { type: 'text/markdown' });
    }
  }
}

function download(name: string, content: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  // The browser has taken the content by the next turn, but Safari only begins then.
  window.setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
