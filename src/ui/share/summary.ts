import { documentsOf } from '../editor/documents.ts';
import type { SharedScene } from './scene.ts';

/** Names that are listed before the others are only counted. */
const NAMED = 2;

/** What tells a scene from others: what it applies, and what was done last where that was something else. Empty for nothing. */
export function summaryOf({ manifests, source }: SharedScene): string {
  const documents = documentsOf(manifests);
  const names = documents.slice(0, NAMED).map(({ kind, name }) => `${kind} ${name}`);
  if (documents.length > NAMED) names.push(`+${documents.length - NAMED}`);
  const last = source.operations.at(-1)?.operation;
  const deed =
    last?.type === 'run'
      ? last.command.split('\n')[0]
      : last?.type === 'delete'
        ? `delete ${last.id.replace('//', '/')}`
        : last?.type === 'fault'
          ? `fault ${JSON.stringify(last.fault)}`
          : undefined;
  return [names.join(', '), deed].filter((part) => part !== undefined && part !== '').join('; ');
}
