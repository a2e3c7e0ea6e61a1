import type { KindDefinition } from '../api/kind.ts';
import type { Arguments, Flag } from './flags.ts';
import { printJsonPath } from './jsonpath.ts';
import { qualifiedKind } from './resources.ts';
import { CommandError, type Output } from './result.ts';
import { toJson, toYaml, withoutManagedFields } from './serialize.ts';

/** Flags of the commands that print what they have done. */
export const PRINT_FLAGS: readonly Flag[] = [
  { name: 'output', short: 'o', takes: 'text' },
  { name: 'show-managed-fields', takes: 'bool' },
];

export const DRY_RUN_FLAG: Flag = { name: 'dry-run', takes: 'text', alone: 'unchanged' };

/** Who the fields that are written are put down to: read from the command's text when somebody asks. */
export const FIELD_MANAGER_FLAG: Flag = { name: 'field-manager', takes: 'text' };

/** Who only tries something: nobody, kubectl by itself, or the API server. */
export type DryRun = 'none' | 'client' | 'server';

const DRY_RUNS: Readonly<Record<string, DryRun>> = {
  none: 'none',
  false: 'none',
  client: 'client',
  true: 'client',
  unchanged: 'client',
  server: 'server',
};
const SUFFIXES: Readonly<Record<DryRun, string>> = { none: '', client: ' (dry run)', server: ' (server dry run)' };

/**
 * What `--dry-run` asks for.
 * @throws CommandError for what it does not know
 * @see staging/src/k8s.io/kubectl/pkg/cmd/util/helpers.go GetDryRunStrategy
 */
export function dryRunOf(args: Arguments): DryRun {
  const mode = args.text('dry-run') ?? 'none';
  const known = Object.hasOwn(DRY_RUNS, mode) ? DRY_RUNS[mode] : undefined;
  if (known === undefined) {
    throw new CommandError(`Invalid dry-run value (${mode}). Must be "none", "server", or "client".`);
  }
  return known;
}

/** What is put behind a result that was only tried. */
export const dryRunSuffix = (args: Arguments): string => SUFFIXES[dryRunOf(args)];

const FORMATS =
  'go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,yaml';

/** Prints results one by one: a line that says what was done, or, with -o, the objects. */
export class ResultPrinter {
  readonly #output: Output;
  readonly #suffix: string;
  readonly #format: string;
  readonly #template: string;
  readonly #managedFields: boolean;
  #printed = 0;

  constructor(args: Arguments, output: Output) {
    const [format = '', ...rest] = (args.text('output') ?? '').split('=');
    this.#output = output;
    this.#suffix = dryRunSuffix(args);
    this.#format = format;
    this.#template = rest.join('=');
    this.#managedFields = args.is('show-managed-fields');
    if (!['', 'name', 'yaml', 'json', 'jsonpath'].includes(format)) {
      const text = `unable to match a printer suitable for the output format "${format}", allowed formats are: ${FORMATS}`;
      throw new CommandError(text);
    }
    if (format === 'jsonpath' && this.#template === '')
      throw new CommandError('template format specified but no template given');
  }

  /** Whether objects are printed, not lines. */
  get printsObjects(): boolean {
    return this.#format !== '' && this.#format !== 'name';
  }

  /** Prints that something was done with an object, or the object as it is now. */
  print(definition: KindDefinition, name: string, object: unknown, done: string): void {
    const full = `${qualifiedKind(definition)}/${name}`;
    if (this.#format === '') this.#output.line(`${full} ${done}${this.#suffix}`);
    else if (this.#format === 'name') this.#output.line(full);
    else this.printObject(object);
  }

  printObject(object: unknown): void {
    const shown = this.#managedFields ? object : withoutManagedFields(object);
    const isNext = this.#printed > 0;
    this.#printed += 1;
    if (this.#format === 'yaml') this.#output.out += (isNext ? '---\n' : '') + toYaml(shown);
    else if (this.#format === 'json') this.#output.out += toJson(shown);
    else this.#output.out += printJsonPath(this.#template, shown);
  }
}
