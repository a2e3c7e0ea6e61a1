// Where the browser tests and benchmarks find Chromium, and the flags they start it with.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { chromium } from '@playwright/test';

/** Without a sandbox (the tests run as root in containers too) and without traffic of the browser's own. */
export const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'];

const HELP = `No Chromium was found. Do one of these, then try again:
  - Debian, Ubuntu: apt-get install -y chromium
  - any system: npx playwright install chromium
  - set PLAYGROUND_CHROMIUM to the path of a Chromium or Chrome that is installed`;

function isFile(file) {
  return fs.statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** The path of a Chromium that is there, or undefined. A path in PLAYGROUND_CHROMIUM must exist. */
export function installedChromium() {
  const named = process.env.PLAYGROUND_CHROMIUM;
  if (named) {
    if (isFile(named)) return named;
    throw new Error(`PLAYGROUND_CHROMIUM is ${named}, which is not a file.\n${HELP}`);
  }
  const folders = ['/usr/bin', '/usr/local/bin', ...(process.env.PATH ?? '').split(path.delimiter).filter(Boolean)];
  const candidates = [
    ...NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name))),
    '/snap/bin/chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    chromium.executablePath(),
  ];
  return candidates.find((file) => file !== '' && isFile(file));
}

/**
 * The path of Chromium; as root on a Debian without one it is installed by apt-get.
 *
 * Throws an Error that says what to install when there is none.
 */
export function ensureChromium() {
  const found = installedChromium();
  if (found) return found;
  if (process.getuid?.() === 0 && fs.existsSync('/etc/debian_version')) {
    const apt = (...args) =>
      execFileSync('apt-get', args, {
        stdio: ['ignore', 'inherit', 'inherit'],
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      });
    try {
      console.log('No Chromium here: installing the package chromium');
      apt('update', '-qq');
      apt('install', '-y', '-qq', '--no-install-recommends', 'chromium');
    } catch (error) {
      throw new Error(`apt-get could not install chromium: ${error.message}\n${HELP}`);
    }
    const installed = installedChromium();
    if (installed) return installed;
  }
  throw new Error(HELP);
}
