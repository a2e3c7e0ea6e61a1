import type { Change } from './remedies.ts';
import { yamlLines } from './yaml.ts';

/** A change as a line of the console. A claim's fields can't be changed, so a replaced object is deleted and made anew. */
export function commandOf(change: Change): string {
  if (change.type === 'command') return change.command;
  const verb = change.type === 'replace' ? 'replace --force' : 'apply';
  return [`kubectl ${verb} -f - <<'EOF'`, ...yamlLines(change.object), 'EOF'].join('\n');
}
