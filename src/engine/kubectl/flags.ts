import { CommandError } from './result.ts';

/** A flag of a command: whether it takes a value, and what stands for one that is left out. */
export interface Flag {
  readonly name: string;
  readonly short?: string;
  readonly takes: 'text' | 'bool';
  /** Value of the flag where it stands alone; a following word is then no value. */
  readonly alone?: string;
}

export interface Arguments {
  readonly words: readonly string[];
  /** How many of the words stand before `--`, where there is one. */
  readonly dash: number | undefined;
  /** The last value that was given. */
  text(name: string): string | undefined;
  /** All values that were given. */
  list(name: string): readonly string[];
  is(name: string): boolean;
}

export const COMMON_FLAGS: readonly Flag[] = [
  { name: 'namespace', short: 'n', takes: 'text' },
  { name: 'context', takes: 'text' },
  { name: 'kubeconfig', takes: 'text' },
  { name: 'request-timeout', takes: 'text' },
  { name: 'v', short: 'v', takes: 'text' },
];

/**
 * Takes flags and words apart as pflag does: `--name=value`, `--name value`, `-n value`, `-nvalue`, `--`.
 * @throws CommandError for a flag that the command does not have
 */
export function parseArguments(command: string, given: readonly string[], flags: readonly Flag[]): Arguments {
  const all = [...flags, ...COMMON_FLAGS];
  const values = new Map<string, string[]>();
  const words: string[] = [];
  let dash: number | undefined;
  const help = `See 'kubectl ${command} --help' for usage.`;
  const note = (flag: Flag, value: string): void => {
    values.set(flag.name, [...(values.get(flag.name) ?? []), value]);
  };
  for (let i = 0; i < given.length; i += 1) {
    const word = given[i] ?? '';
    if (word === '--') {
      dash = words.length;
      words.push(...given.slice(i + 1));
      break;
    }
    if (!word.startsWith('-') || word === '-') {
      words.push(word);
      continue;
    }
    const long = word.startsWith('--');
    const equals = word.indexOf('=');
    const name = long ? word.slice(2, equals < 0 ? undefined : equals) : word.charAt(1);
    const flag = all.find((entry) => (long ? entry.name === name : entry.short === name));
    if (!flag) {
      throw new CommandError(
        long ? `unknown flag: --${name}\n${help}` : `unknown shorthand flag: '${name}' in ${word}\n${help}`,
      );
    }
    const attached = long
      ? equals < 0
        ? undefined
        : word.slice(equals + 1)
      : word.slice(2).replace(/^=/, '') || undefined;
    if (flag.takes === 'bool') {
      note(flag, long && attached !== undefined ? attached : 'true');
      // The letters of short flags without a value may stand together.
      if (!long && attached !== undefined)
        given = [...given.slice(0, i + 1), `-${word.slice(2)}`, ...given.slice(i + 1)];
    } else if (attached !== undefined || (long && equals >= 0)) note(flag, attached ?? '');
    else if (flag.alone !== undefined) note(flag, flag.alone);
    else {
      i += 1;
      const value = given[i];
      if (value === undefined) {
        throw new CommandError(
          long ? `flag needs an argument: --${name}\n${help}` : `flag needs an argument: '${name}' in ${word}\n${help}`,
        );
      }
      note(flag, value);
    }
  }
  return {
    words,
    dash,
    text: (name) => values.get(name)?.at(-1),
    list: (name) => values.get(name) ?? [],
    is: (name) => values.get(name)?.at(-1) === 'true',
  };
}
