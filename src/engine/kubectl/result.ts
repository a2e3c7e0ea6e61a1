import type { StatusError } from '../api/errors.ts';
import { ApiServer } from '../api/server.ts';
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

/** A refusal of the API server, with what the command was about. */
export class Refusal extends Error {
  readonly refused: StatusError;
  readonly doing: string;

  constructor(refused: StatusError, doing: string) {
    super(refused.message);
    this.name = 'Refusal';
    this.refused = refused;
    this.doing = doing;
  }
}

/** An error as it is printed where it is the only one, and among others. */
interface Failure {
  readonly alone: string;
  readonly among: string;
}

/** Collects what a command prints; errors come last, as kubectl gathers them. */
export class Output {
  out = '';
  exit = 0;
  waits: Waiting | undefined;
  selects: string | undefined;
  #err = '';
  readonly #failures: Failure[] = [];

  line(text: string): void {
    this.out += `${text}\n`;
  }

  errorLine(text: string): void {
    this.#err += `${text}\n`;
  }

  /**
   * An error, which makes the command fail. Several are listed without `error: ` in front.
   * @see staging/src/k8s.io/kubectl/pkg/cmd/util/helpers.go checkErr, MultipleErrors
   */
  fail(alone: string, among = alone.replace(/^error: /, '')): void {
    this.#failures.push({ alone, among });
    this.exit = 1;
  }

  /** A refusal of the API server, or kubectl's own; `doing` is what the command was about, where it says so. */
  refuse(error: StatusError | CommandError, kindName: KindName, doing = ''): void {
    if (error instanceof CommandError) this.fail(`error: ${error.message}`);
    else this.fail(refusalText(error, kindName, doing), serverError(error, doing));
  }

  /** Takes over the errors of a part of the command. */
  absorb(part: Output): void {
    this.#err += part.#err;
    this.#failures.push(...part.#failures);
    this.exit = part.exit;
  }

  warn(text: string): void {
    this.errorLine(`Warning: ${text}`);
  }

  /**
   * The API server as a command talks to it: what it warns of is printed, each text once.
   * @see staging/src/k8s.io/client-go/rest/warnings.go NewWarningWriter
   */
  hearing({ registry }: ApiServer): ApiServer {
    const said = new Set<string>();
    return new ApiServer(registry, (text) => {
      if (!said.has(text)) this.warn(text);
      said.add(text);
    });
  }

  get err(): string {
    const several = this.#failures.length > 1;
    const lines = this.#failures.map(({ alone, among }) => (several ? among : alone));
    return this.#err + lines.map((line) => `${line}\n`).join('');
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

/** What a refusal is about. */
interface KindName {
  readonly kind: string;
  readonly name: string;
}

const serverError = ({ reason, message }: StatusError, doing: string): string =>
  `Error from server${reason === '' ? '' : ` (${reason})`}: ${doing}${message}`;

/**
 * A refusal of the API server as kubectl prints it; `doing` is what the command was about, where it says so.
 * @see staging/src/k8s.io/kubectl/pkg/cmd/util/helpers.go StandardErrorMessage, checkErr
 */
export function refusalText(error: StatusError, { kind, name }: KindName, doing = ''): string {
  const { reason, message, causes } = error;
  if (reason !== 'Invalid') return serverError(error, doing);
  const texts = [...new Set(causes.map(({ text }) => text))];
  if (texts.length === 0) return `The request is invalid: ${message.replace(/^ "" is invalid: /, '')}`;
  const head = `The ${kind} "${name}" is invalid: `;
  return texts.length === 1 ? head + (texts[0] ?? '') : [head, ...texts.map((text) => `* ${text}`)].join('\n');
}
