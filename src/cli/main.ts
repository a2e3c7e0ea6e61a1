import { createInterface } from 'node:readline';
import { runFiles } from './people.ts';
import { serve } from './request.ts';

/** Serves one request a line, in order, until the input ends. */
async function serveLines(): Promise<void> {
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() === '') continue;
    let request: unknown;
    try {
      request = JSON.parse(line);
    } catch (error) {
      process.stdout.write(
        `${JSON.stringify({ id: null, ok: false, error: `not JSON: ${(error as Error).message}` })}\n`,
      );
      continue;
    }
    process.stdout.write(`${JSON.stringify(serve(request))}\n`);
  }
}

const args = process.argv.slice(2);
if (args.includes('--ndjson')) await serveLines();
else process.exitCode = runFiles(args);
