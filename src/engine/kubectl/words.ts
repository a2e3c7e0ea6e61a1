/** Splits a command line as a shell does: quotes, backslashes; no expansion, no pipes. `undefined` where a quote stays open. */
export function splitWords(command: string): readonly string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let i = 0; i < command.length; i += 1) {
    const char = command.charAt(i);
    if (quote === "'") {
      if (char === "'") quote = '';
      else word = (word ?? '') + char;
    } else if (char === '\\') {
      i += 1;
      const escaped = command.charAt(i);
      const kept = quote === '"' && !'"\\$`\n'.includes(escaped);
      word = `${word ?? ''}${kept ? '\\' : ''}${escaped === '\n' ? '' : escaped}`;
    } else if (quote === '"') {
      if (char === '"') quote = '';
      else word = (word ?? '') + char;
    } else if (char === "'" || char === '"') {
      quote = char;
      word ??= '';
    } else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + char;
  }
  if (quote !== '') return undefined;
  if (word !== undefined) words.push(word);
  return words;
}
