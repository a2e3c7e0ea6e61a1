import type { StatusError } from '../api/errors.ts';
import type { Waiting } from './waiting.ts';

/** What a command printed and its exit status. */
export interface CommandResult {
  readonly out: string;
  readonly err: string;
  readonly exit: number;
  /** Set while the command is not over: what follows is printed by and by. */
  readonly waits?: Waiting;
  /** Object that the command was about, for the page to select: `Kind/namespace/name`, or `Kind/name`. */
  readonly selects?: string;
}

/** A command that cannot go on: printed with `error: ` in front, exit status 1. */
export class CommandError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CommandError';
  }
}

/** Collects what a command prints. */
export class Output {
  out = '';
  err = '';
  exit = 0;
  waits: Waiting | undefined;
  selects: string | undefined;

  line(text: string): void {
    this.out += `${text}\n`;
  }

  errorLine(text: string): void {
    this.err += `${text}\n`;
  }

  /** A line on standard error that makes the command fail. */
  fail(text: string): void {
    this.errorLine(text);
    this.exit = 1;
  }

  warn(text: string): void {
    this.errorLine(`Warning: ${text}`);
  }

  get result(): CommandResult {
    return {
      out: this.out,
      err: this.err,
      exit: this.exit,
      ...(this.waits && { waits: this.waits }),
      ...(this.selects !== undefined && { selects: this.selects }),
    };
  }
}

/**
 * A refusal of the API server as kubectl prints it; `doing` is what the command was about, where it says so.
 * @see staging/src/k8s.io/kubectl/pkg/cmd/util/helpers.go StandardErrorMessage, checkErr
 */
export function refusalText(
  { reason, message, causes }: StatusError,
  kindName: { readonly kind: string; readonly name: string },
  doing = '',
): string {
  if (reason !== 'Invalid') return `Error from server (${reason}): ${doing}${message}`;
  const texts = [...new Set(causes.map(({ text }) => text))];
  if (texts.length === 0) return message.replace(/^ "" is invalid: /, 'The request is invalid: ');
  const head = `The ${kindName.kind} "${kindName.name}" is invalid: `;
  return texts.length === 1 ? head + (texts[0] ?? '') : [head, ...texts.map((text) => `* ${text}`)].join('\n');
}
