// Runs every conformance case and compares what fails with not-yet.txt: the cases that are known not to hold yet.
//
//   node e2e/conformance/check.mjs [--report FILE] [--show N] [--only SUBSTRING] [--update-list | --init]
//
// Fails when a case that is not listed fails, when a listed one passes (take it off the list), and when a listed one
// does not exist. --update-list takes off what passes now and adds nothing; --init writes the list anew.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '../..');
const listFile = path.join(here, 'not-yet.txt');
const HEADER =
  '# Conformance cases that do not hold yet, one id a line. Only ever remove lines: check.mjs --update-list\n';

const { values: options } = parseArgs({
  options: {
    report: { type: 'string' },
    show: { type: 'string', default: '20' },
    only: { type: 'string', default: '' },
    'update-list': { type: 'boolean', default: false },
    init: { type: 'boolean', default: false },
  },
});

/** What run.mjs reports of each case: [{id, pass, bad}]. It ends before a pipe is drained, so it writes to a file. */
function runCases() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'playground-'));
  try {
    const file = path.join(folder, 'report.json');
    const output = fs.openSync(file, 'w');
    const args = [path.join(here, 'run.mjs'), '--json', '--project', root, '--only', options.only, here];
    const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: ['ignore', output, 'inherit'] });
    fs.closeSync(output);
    if (status !== 0 && status !== 1) throw new Error(`the conformance cases could not be run (exit ${status})`);
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

function readList() {
  const text = fs.existsSync(listFile) ? fs.readFileSync(listFile, 'utf8') : '';
  return text.split('\n').flatMap((line) => line.replace(/#.*/, '').trim() || []);
}

function writeList(ids) {
  fs.writeFileSync(listFile, `${HEADER}${[...ids].sort().join('\n')}\n`);
  console.log(`not-yet.txt: ${ids.length} cases`);
}

const cases = runCases();
const listed = readList();
const notYet = new Set(listed);
const passing = new Set(cases.filter((c) => c.pass).map((c) => c.id));
const known = new Set(cases.map((c) => c.id));
const broken = cases.filter((c) => !c.pass && !notYet.has(c.id));
const unlisted = listed.filter((id) => passing.has(id));
const unknown = options.only === '' ? listed.filter((id) => !known.has(id)) : [];

if (options.init) {
  writeList(cases.filter((c) => !c.pass).map((c) => c.id));
} else if (options['update-list']) {
  writeList(listed.filter((id) => !passing.has(id) && !unknown.includes(id)));
} else {
  for (const { id, bad } of broken.slice(0, Number(options.show))) {
    console.log(`FAIL ${id}\n    ${bad.slice(0, 6).join('\n    ')}`);
  }
  for (const id of unlisted) console.log(`PASSES ${id}: take it off not-yet.txt (check.mjs --update-list)`);
  for (const id of unknown) console.log(`UNKNOWN ${id}: not-yet.txt names a case that does not exist`);
  const passed = passing.size - unlisted.length;
  const failed = broken.length + unlisted.length + unknown.length;
  console.log(`${cases.length} cases: ${passing.size} hold, ${cases.length - passing.size - broken.length} not yet`);
  console.log(`${passed} passed, ${failed} failed`);
  if (options.report) fs.writeFileSync(options.report, JSON.stringify({ passed, failed }));
  process.exitCode = failed === 0 ? 0 : 1;
}
