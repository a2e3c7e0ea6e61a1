import { type ReactNode, useId } from 'react';

export interface Option {
  readonly value: string;
  readonly text: string;
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly Option[];
  readonly onChange: (value: string) => void;
}

/** One of several, under its label. */
export function Choice({ label, value, options, onChange }: ChoiceProps): ReactNode {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChange(event.target.value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.text}
          </option>
        ))}
      </select>
    </div>
  );
}

interface TextProps {
  readonly label: string;
  readonly value: string;
  readonly hint?: string;
  readonly isNumber?: boolean;
  readonly onChange: (value: string) => void;
}

/** A line of text, under its label. */
export function Text({ label, value, hint, isNumber = false, onChange }: TextProps): ReactNode {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        value={value}
        placeholder={hint}
        inputMode={isNumber ? 'numeric' : 'text'}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}

/** Names as options that say no more than the name. */
export const named = (names: readonly string[]): readonly Option[] => names.map((value) => ({ value, text: value }));

/** The value where it is one of the options, else the first of them. */
export function oneOf(value: string, options: readonly Option[]): string {
  return options.some((option) => option.value === value) ? value : (options[0]?.value ?? '');
}
