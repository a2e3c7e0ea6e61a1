#!/usr/bin/env node
// Runs conformance cases against the project's headless runner and compares what it reports with what each case expects.
//
//   node e2e/conformance/run.mjs [--project DIR] [--only SUBSTRING] [--show N] [--json] FILE-OR-FOLDER...
//
// Exit 0 when every case holds, 1 when one does not, 2 when the runner could not be used at all.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';

const args = process.argv.slice(2);
const take = (name, fallback) => {
  const i = args.indexOf(name);
  if (i < 0) return fallback;
  return args.splice(i, 2)[1];
};
const flag = (name) => {
  const i = args.indexOf(name);
  if (i >= 0) args.splice(i, 1);
  return i >= 0;
};
const project = path.resolve(take('--project', process.cwd()));
const only = take('--only', '');
const show = Number(take('--show', '10'));
const asJson = flag('--json');
const require = createRequire(path.join(project, 'package.json'));
const yaml = require('js-yaml');

const files = args.flatMap((a) =>
  fs.statSync(a).isDirectory()
    ? fs.readdirSync(a).filter((f) => f.endsWith('.yaml')).sort().map((f) => path.join(a, f))
    : [a],
);
const cases = files.flatMap((f) => {
  const list = yaml.load(fs.readFileSync(f, 'utf8')) ?? [];
  return list.map((c) => ({ ...c, file: path.basename(f, '.yaml') }));
}).filter((c) => c.id.includes(only));

// ---- what is asked of the runner -------------------------------------------------------------------------------

const OPS = ['apply', 'create', 'delete', 'patch', 'status', 'wait', 'settle', 'fault', 'run', 'replace'];
const opOf = (op) => (op['x-kubectl'] ? { run: op['x-kubectl'].run } : Object.fromEntries(Object.entries(op).filter(([k]) => OPS.includes(k))));
const requestOf = (c) => ({
  id: c.id,
  cluster: c.cluster ?? {},
  files: c['x-files'] ?? {},
  given: c.given ?? [],
  do: (c.do ?? []).map(opOf),
  until: c.until ?? 'settled',
  runAtEnd: (c.expect?.['x-kubectl'] ?? []).map((k) => k.run),
});

// ---- matching --------------------------------------------------------------------------------------------------

const SUFFIX = { '': 1n, m: -1n, k: 10n ** 3n, M: 10n ** 6n, G: 10n ** 9n, T: 10n ** 12n, P: 10n ** 15n, E: 10n ** 18n,
  Ki: 2n ** 10n, Mi: 2n ** 20n, Gi: 2n ** 30n, Ti: 2n ** 40n, Pi: 2n ** 50n, Ei: 2n ** 60n };
/** Value of a Kubernetes quantity in thousandths, or null where the text is not one. */
function milli(text) {
  const m = /^([+-]?)(\d*)(?:\.(\d*))?([eE][+-]?\d+|[numkMGTPE]|[KMGTPE]i)?$/.exec(String(text));
  if (!m || (m[2] === '' && !m[3])) return null;
  const [, sign, whole, frac = '', suffix = ''] = m;
  let scale, exp = 0;
  if (/^[eE]/.test(suffix)) { scale = 1n; exp = Number(suffix.slice(1)); }
  else if (suffix === 'm') { scale = 1n; exp = -3; }
  else if (suffix === 'u') { scale = 1n; exp = -6; }
  else if (suffix === 'n') { scale = 1n; exp = -9; }
  else scale = SUFFIX[suffix];
  if (scale === undefined) return null;
  let num = BigInt((whole || '0') + frac) * scale * 1000n;
  let e = exp - frac.length;
  while (e > 0) { num *= 10n; e--; }
  let den = 1n;
  while (e < 0) { den *= 10n; e++; }
  return (sign === '-' ? -1n : 1n) * ((num + den - 1n) / den);
}
const QUANTITY = /(^|\.)(capacity|requests|limits|hard|used|allocatedResources|allocatable|storage|restoreSize|maximumVolumeSize|sizeLimit|min|max)(\.|$)/;
const isMap = (v) => v !== null && typeof v === 'object' && !Array.isArray(v);
const short = (v) => { const s = JSON.stringify(v); return s === undefined ? 'absent' : s.length > 300 ? `${s.slice(0, 300)}…` : s; };

/** Adds to `out` a line for every place where `have` does not match `want`. */
function match(want, have, at, out) {
  if (want === null) {
    if (have !== undefined && have !== null && have !== '' && !(Array.isArray(have) && have.length === 0) && !(isMap(have) && Object.keys(have).length === 0)) out.push(`${at}: want absent, have ${short(have)}`);
  } else if (isMap(want)) {
    if (!isMap(have) && !Object.values(want).every((v) => v === null)) {
      if (Object.keys(want).length > 0) out.push(`${at}: want ${short(want)}, have ${short(have)}`);
      return;
    }
    for (const [k, v] of Object.entries(want)) match(v, have?.[k], at ? `${at}.${k}` : k, out);
  } else if (Array.isArray(want)) {
    const list = have ?? [];
    if (!Array.isArray(list) || list.length !== want.length) out.push(`${at}: want ${short(want)}, have ${short(have)}`);
    else want.forEach((w, i) => match(w, list[i], `${at}[${i}]`, out));
  } else if (want === '*') {
    if (have === undefined || have === null || have === '') out.push(`${at}: want a value, have ${short(have)}`);
  } else if (typeof want === 'string' && want.length > 1 && want.startsWith('/') && want.endsWith('/') && !at.toLowerCase().endsWith('path')) {
    if (!new RegExp(want.slice(1, -1), 's').test(String(have ?? ''))) out.push(`${at}: want ${want}, have ${short(have)}`);
  } else if (want instanceof Date) {
    match(want.toISOString().replace('.000Z', 'Z'), have, at, out);
  } else if (want !== have) {
    const [a, b] = QUANTITY.test(at) ? [milli(want), milli(have)] : [null, null];
    if (/^(request|response)\./.test(at) && have !== undefined && have !== null && String(want) === String(have)) return out; // int64 fields of a call: a number or its digits
    if (a === null || b === null || a !== b) out.push(`${at}: want ${short(want)}, have ${short(have)}`);
  }
  return out;
}
const fits = (want, have) => match(want, have, '', []).length === 0;

const groupOf = (o) => (o.apiVersion ?? '').includes('/') ? o.apiVersion.split('/')[0] : '';
function candidates(objects, ref) {
  return objects.filter((o) => o.kind === ref.kind
    && (!ref.apiVersion || groupOf(o) === groupOf(ref))
    && (o.metadata?.namespace === undefined || o.metadata.namespace === '' || o.metadata.namespace === (ref.namespace ?? 'default')));
}
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
/** The object without what `kubectl apply` notes on it, where the case does not ask for that. */
function withoutLastApplied(o, want) {
  const annotations = o.metadata?.annotations;
  if (annotations?.[LAST_APPLIED] === undefined || want.metadata?.annotations?.[LAST_APPLIED] !== undefined) return o;
  const { [LAST_APPLIED]: _, ...kept } = annotations;
  const { annotations: __, ...metadata } = o.metadata;
  return { ...o, metadata: Object.keys(kept).length > 0 ? { ...metadata, annotations: kept } : metadata };
}
const nameFits = (want, have) => want === undefined || fits(want, have);

const tidy = (s) => String(s ?? '').split('\n').map((l) => l.trimEnd()).join('\n').trimEnd();
/** What of a command's stdout, stderr and exit status differs from the wanted ones; left out: nothing printed, exit 0. */
function checkCommand(want, have) {
  if (!have) return [`${want.run}: no output was reported`];
  const bad = [];
  for (const stream of ['out', 'err']) {
    const [a, b] = [tidy(want[stream]), tidy(have[stream])];
    const ok = a.length > 1 && a.startsWith('/') && a.endsWith('/') ? new RegExp(a.slice(1, -1), 's').test(b) : a === b;
    if (!ok) bad.push(`${want.run}: ${stream}: want\n${a}\n      have\n${b}`);
  }
  if ((want.exit ?? 0) !== have.exit) bad.push(`${want.run}: want exit ${want.exit ?? 0}, have ${have.exit}`);
  return bad;
}

function check(c, result) {
  const bad = [];
  if (!result.ok) return [`the runner refused the case: ${result.error}`];
  const x = c.expect ?? {};
  (c.do ?? []).forEach((op, i) => {
    const err = (result.opErrors ?? []).find((e) => e.op === i);
    if (op.error !== undefined) {
      if (!err) bad.push(`do[${i}]: want it refused with ${short(op.error)}, it was accepted`);
      else if (typeof op.error === 'string' && op.error.startsWith('/') && op.error.endsWith('/') ? !new RegExp(op.error.slice(1, -1), 's').test(err.message) : !err.message.includes(op.error)) bad.push(`do[${i}]: want it refused with ${short(op.error)}, it was refused with ${short(err.message)}`);
    } else if (err) bad.push(`do[${i}]: refused: ${short(err.message)}`);
    if (op['x-kubectl']) bad.push(...checkCommand(op['x-kubectl'], (result.outputs ?? []).find((o) => o.op === i)));
    if (op['x-warning'] !== undefined) {
      const given = (result.warnings ?? []).filter((w) => w.op === i).map((w) => w.message);
      if (!given.some((m) => m.includes(op['x-warning']))) bad.push(`do[${i}]: want the warning ${short(op['x-warning'])}, have ${short(given)}`);
    }
  });
  for (const want of x.objects ?? []) {
    const { name, namespace } = want.metadata ?? {};
    const found = candidates(result.objects, { kind: want.kind, apiVersion: want.apiVersion, namespace }).filter((o) => nameFits(name, o.metadata?.name));
    const label = `${want.kind}/${name ?? '(any)'}`;
    if (found.length === 0) bad.push(`${label}: does not exist`);
    else {
      const { apiVersion, ...rest } = want;
      const diffs = found.map((o) => match(rest, withoutLastApplied(o, rest), '', [])).sort((a, b) => a.length - b.length)[0];
      bad.push(...diffs.map((d) => `${label} ${d}`));
    }
  }
  for (const ref of x.absent ?? []) {
    const found = candidates(result.objects, ref).filter((o) => nameFits(ref.name ?? ref.metadata?.name, o.metadata?.name));
    if (found.length) bad.push(`${ref.kind}/${ref.name ?? ref.metadata?.name}: must not exist`);
  }
  for (const want of x.events ?? []) {
    if (!result.events.some((e) => fits(want, e))) {
      const near = result.events.filter((e) => e.reason === want.reason).map((e) => `${e.on}: ${e.message}`);
      bad.push(`event ${short(want)} was not recorded${near.length ? `; with that reason: ${short(near)}` : ''}`);
    }
  }
  for (const want of x.noEvents ?? []) {
    const hit = result.events.find((e) => fits(want, e));
    if (hit) bad.push(`event ${short(want)} must not be recorded, but ${short(hit)} was`);
  }
  let from = 0;
  for (const want of x.calls ?? []) {
    const i = result.calls.findIndex((k, j) => j >= from && fits(want, k));
    if (i < 0) {
      bad.push(`call ${short(want)} was not made (in this order)`);
      break;
    }
    from = i + 1;
  }
  for (const want of x.noCalls ?? []) {
    const hit = result.calls.find((k) => fits(want, k));
    if (hit) bad.push(`call ${short(want)} must not be made, but ${short(hit)} was`);
  }
  const under = (a, b) => a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`);
  let at = 0;
  for (const want of x['x-writes'] ?? []) {
    const { changed = [], ...write } = want;
    const i = (result.writes ?? []).findIndex((w, j) => j >= at && fits(write, { namespace: '', ...w }) && changed.every((p) => (w.changed ?? []).some((q) => under(p, q))));
    if (i < 0) {
      bad.push(`write ${short(want)} was not made (in this order)`);
      break;
    }
    at = i + 1;
  }
  for (const want of x['x-callCounts'] ?? []) {
    const { count, min, ...call } = want;
    const n = result.calls.filter((k) => fits(call, k)).length;
    if (count !== undefined && n !== count) bad.push(`call ${short(call)}: want ${count} of them, have ${n}`);
    if (min !== undefined && n < min) bad.push(`call ${short(call)}: want at least ${min} of them, have ${n}`);
  }
  for (const want of x['x-eventCounts'] ?? []) {
    const { count, ...event } = want;
    const n = result.events.filter((e) => fits(event, e)).reduce((sum, e) => sum + (e.count ?? 1), 0);
    if (n !== count) bad.push(`event ${short(event)}: want ${count} occurrences, have ${n}`);
  }
  for (const want of x['x-contains'] ?? []) {
    const found = candidates(result.objects, want.in).filter((o) => nameFits(want.in.name, o.metadata?.name));
    const lists = found.map((o) => want.path.split('.').reduce((v, k) => v?.[k], o));
    if (!lists.some((l) => Array.isArray(l) && l.some((item) => fits(want.item, item)))) bad.push(`${want.in.kind}/${want.in.name} ${want.path}: no element matches ${short(want.item)}, have ${short(lists[0])}`);
  }
  (x['x-kubectl'] ?? []).forEach((k, i) => bad.push(...checkCommand(k, result.atEnd?.[i])));
  return bad;
}

// ---- run -------------------------------------------------------------------------------------------------------

const runner = spawn('npm', ['run', '--silent', 'sim', '--', '--ndjson'], { cwd: project, stdio: ['pipe', 'pipe', 'inherit'] });
const lines = readline.createInterface({ input: runner.stdout });
const results = new Map();
lines.on('line', (line) => {
  try {
    const r = JSON.parse(line);
    results.set(r.id, r);
  } catch { /* not a result line: shown as a missing result below */ }
});
runner.stdin.on('error', () => {});
for (const c of cases) runner.stdin.write(`${JSON.stringify(requestOf(c))}\n`);
runner.stdin.end();
const started = performance.now();
await Promise.all([new Promise((r) => lines.on('close', r)), new Promise((r) => runner.on('close', r))]);

const tally = new Map();
let failed = 0, shown = 0;
const report = [];
for (const c of cases) {
  const result = results.get(c.id);
  const bad = result ? check(c, result) : ['no result'];
  const t = tally.get(c.file) ?? [0, 0];
  t[bad.length ? 1 : 0]++;
  tally.set(c.file, t);
  report.push({ id: c.id, pass: bad.length === 0, bad });
  if (bad.length) {
    failed++;
    if (!asJson && shown++ < show) console.log(`FAIL ${c.id} — ${c.title}\n    ${bad.slice(0, 6).join('\n    ')}`);
  }
}
if (asJson) console.log(JSON.stringify(report));
else {
  console.log('');
  for (const [file, [ok, no]] of tally) console.log(`${file.padEnd(28)} ${String(ok).padStart(4)} of ${ok + no}`);
  console.log(`\n${cases.length - failed} passed, ${failed} failed in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}
process.exit(results.size === 0 && cases.length > 0 ? 2 : failed ? 1 : 0);
