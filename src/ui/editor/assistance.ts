import type { IDisposable, languages } from 'monaco-editor/editor';
import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { fieldTexts } from '../i18n/fields.ts';
import { momentAt } from '../model/moment.ts';
import { useSession } from '../shell/hooks.ts';
import { currentStructure } from '../store/moment.ts';
import { player } from '../store/player.ts';
import { type Language, preferences } from '../store/preferences.ts';
import { run } from '../store/run.ts';
import { texts } from '../store/texts.ts';
import { documentsOf } from './documents.ts';
import type { Monaco, YamlEditor } from './monaco.ts';
import { namesAt } from './names.ts';
import { editorSchema } from './schema.ts';

/**
 * Completion and hover: fields and values by the engine's schema, in the reader's language, and names of what is there.
 * @returns the language in which it is ready
 */
export function useAssistance({ monaco, yaml }: YamlEditor): Language | null {
  const [ready, setReady] = useState<Language | null>(null);
  const session = useSession();
  const language = useStore(preferences, (state) => state.language);

  useEffect(() => {
    let isGone = false;
    void session.schema().then(async (schema) => {
      if (schema === undefined) return;
      const meanings = await fieldTexts(language, schema.meanings);
      if (isGone) return;
      const proposed = { uri: 'playground:manifests', fileMatch: ['*'], schema: editorSchema(schema, meanings) };
      void yaml.update({ schemas: [proposed] });
      setReady(language);
    });
    return () => {
      isGone = true;
    };
  }, [session, yaml, language]);

  useEffect(() => {
    const provider = provideNames(monaco);
    return () => provider.dispose();
  }, [monaco]);

  return ready;
}

function provideNames(monaco: Monaco): IDisposable {
  return monaco.languages.registerCompletionItemProvider('yaml', {
    triggerCharacters: [' '],
    provideCompletionItems: (model, { lineNumber, column }) => {
      const before = model.getLineContent(lineNumber).slice(0, column - 1);
      const { manifests, cluster } = texts.getState();
      const here = documentsOf(model.getValue()).find(
        ({ firstLine, lastLine }) => firstLine <= lineNumber && lineNumber <= lastLine,
      );
      const moment = momentAt(run.getState().replica, currentStructure(), player.getState().step);
      const proposals = namesAt(before, here?.namespace || 'default', moment, [manifests, cluster]);
      const { Value } = monaco.languages.CompletionItemKind;
      return {
        suggestions: proposals.map(
          (proposal): languages.CompletionItem => ({
            label: proposal.name,
            detail: proposal.kind,
            kind: Value,
            insertText: proposal.name,
            range: new monaco.Range(lineNumber, proposal.column, lineNumber, column),
          }),
        ),
      };
    },
  });
}
