// npm test: every suite in turn; the last line is "N passed, N failed", and the exit status is not 0 on a failure.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureChromium } from './chromium.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const reports = path.join(root, 'node_modules/.cache/playground/test');

/** Runs a command with its output shown; true when it exits with 0. */
function run(command, args, env = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
  if (error) console.log(`${command}: ${error.message}`);
  return status === 0;
}

const bin = (name) => path.join(root, 'node_modules/.bin', name);
const one = (ok) => ({ passed: ok ? 1 : 0, failed: ok ? 0 : 1 });

/**
 * Runs a suite that writes a report, and counts it. A suite without a report, without a test, or that ends badly
 * although no test of it failed counts as one failure.
 */
function counted(name, command, args, count, env = {}) {
  const report = path.join(reports, `${name}.json`);
  fs.rmSync(report, { force: true });
  const ok = run(
    command,
    args.map((arg) => arg.replace('{report}', report)),
    { ...env, PLAYWRIGHT_JSON_OUTPUT_NAME: report },
  );
  if (!fs.existsSync(report)) return { passed: 0, failed: 1 };
  const { passed, failed } = count(JSON.parse(fs.readFileSync(report, 'utf8')));
  const unexplained = failed === 0 && (!ok || passed === 0);
  return { passed, failed: failed + (unexplained ? 1 : 0) };
}

/** A file that cannot be loaded has no tests and counts as one failure; a skipped test is not a test that holds. */
function countVitest(report) {
  const broken = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
  return { passed: report.numPassedTests, failed: report.numTotalTests - report.numPassedTests + broken.length };
}

function countPlaywright({ stats, errors }) {
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky + stats.skipped + errors.length };
}

function browser() {
  try {
    ensureChromium();
  } catch (error) {
    console.log(error.message);
    return { passed: 0, failed: 1 };
  }
  const args = ['test', '-c', 'e2e/playwright.config.ts', '--reporter=list,json'];
  return counted('browser', bin('playwright'), args, countPlaywright);
}

const SUITES = {
  types: () => one(run(bin('tsc'), ['--noEmit'])),
  lint: () => one(run(bin('biome'), ['check', '--error-on-warnings', '.'])),
  unit: () =>
    counted(
      'unit',
      bin('vitest'),
      ['run', '--reporter=default', '--reporter=json', '--outputFile.json={report}'],
      countVitest,
    ),
  conformance: () =>
    counted('conformance', process.execPath, ['e2e/conformance/check.mjs', '--report', '{report}'], (report) => report),
  build: () => one(run(bin('vite'), ['build'])),
  browser,
};

fs.mkdirSync(reports, { recursive: true });
const totals = Object.entries(SUITES).map(([name, suite]) => {
  console.log(`\n== ${name}`);
  return [name, suite()];
});
console.log('');
for (const [name, { passed, failed }] of totals) {
  console.log(`${name.padEnd(12)} ${String(passed).padStart(5)} passed ${String(failed).padStart(5)} failed`);
}
const sum = (key) => totals.reduce((total, [, counts]) => total + counts[key], 0);
console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`);
process.exitCode = sum('failed') === 0 ? 0 : 1;
