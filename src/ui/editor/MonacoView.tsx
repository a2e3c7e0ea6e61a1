import { type ReactNode, useEffect, useImperativeHandle, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Diagnostic } from '../../worker/protocol.ts';
import { useMedia, useSession } from '../shell/hooks.ts';
import { preferences } from '../store/preferences.ts';
import { hasBegun, run } from '../store/run.ts';
import { setText, TEXT_TABS, texts } from '../store/texts.ts';
import { select } from '../store/view.ts';
import { editorActions } from './actions.ts';
import { useAssistance } from './assistance.ts';
import type { CodeEditorProps } from './CodeEditor.tsx';
import { documentsOf } from './documents.ts';
import { useLabel } from './label.ts';
import { idOfDocument } from './markLines.ts';
import { useMarks } from './marks.ts';
import type { YamlEditor } from './monaco.ts';
import {
  applyTheme,
  breakLine,
  createEditor,
  type CodeEditor as Editor,
  formatText,
  modelsOf,
  noteDecorations,
  putMarkers,
  putText,
} from './monacoEditor.ts';
import { remedyOf } from './problems.ts';

/** Selects the object that the document at the cursor describes. */
function selectAtCursor(codeEditor: Editor): void {
  const { lineNumber } = codeEditor.getPosition() ?? { lineNumber: 0 };
  const document = documentsOf(codeEditor.getValue()).find(
    ({ firstLine, lastLine }) => firstLine <= lineNumber && lineNumber <= lastLine,
  );
  if (document !== undefined) select(idOfDocument(document));
}

export interface MonacoViewProps extends CodeEditorProps {
  readonly yamlEditor: YamlEditor;
}

/** The text of the open tab in Monaco, with all that it tells beside the text. */
export function MonacoView({ yamlEditor, handle, diagnostics }: MonacoViewProps): ReactNode {
  const { monaco } = yamlEditor;
  const host = useRef<HTMLDivElement>(null);
  const [editor, setEditor] = useState<Editor | null>(null);
  const tab = useStore(texts, (state) => state.tab);
  const isEditable = useStore(run, hasBegun);
  const session = useSession();
  const label = useLabel();
  const { t } = useTranslation();
  const chosen = useStore(preferences, (state) => state.theme);
  const isSystemDark = useMedia('(prefers-color-scheme: dark)');
  const isDark = chosen === null ? isSystemDark : chosen === 'dark';

  useEffect(() => applyTheme(monaco, isDark), [monaco, isDark]);

  useEffect(() => {
    if (host.current === null) return;
    const models = modelsOf(monaco, (name) => texts.getState()[name]);
    const created = createEditor(monaco, host.current, models[texts.getState().tab], '');
    const disposables = TEXT_TABS.map((name) => {
      putText(models[name], texts.getState()[name]);
      return models[name].onDidChangeContent(() => setText(name, models[name].getValue()));
    });
    const unsubscribe = texts.subscribe((state, before) => {
      for (const name of TEXT_TABS) if (state[name] !== before[name]) putText(models[name], state[name]);
      if (state.tab !== before.tab) created.setModel(models[state.tab]);
    });
    created.addCommand(monaco.KeyMod.CtrlCmd | monaco.KeyCode.Enter, () => void session.applyTexts());
    created.addCommand(monaco.KeyCode.Enter, () => breakLine(created), 'editorTextFocus && !suggestWidgetVisible');
    // Problems that are found while somebody types make the editor smaller: the cursor stays in view.
    created.onDidLayoutChange(() => {
      const position = created.getPosition();
      if (created.hasTextFocus() && position !== null) created.revealPosition(position);
    });
    const format = (): void => formatText(created);
    // The browser keeps the key that Monaco has for it on Linux.
    created.addCommand(monaco.KeyMod.Shift | monaco.KeyMod.Alt | monaco.KeyCode.KeyF, format);
    editorActions.setState({ actions: { format } });
    created.addCommand(monaco.KeyCode.F1, () => void created.getAction('editor.action.showHover')?.run());
    created.addCommand(monaco.KeyMod.Alt | monaco.KeyCode.Enter, () => selectAtCursor(created));
    setEditor(created);
    return () => {
      editorActions.setState({ actions: null });
      unsubscribe();
      for (const disposable of disposables) disposable.dispose();
      created.dispose();
      setEditor(null);
    };
  }, [monaco, session]);

  useEffect(() => editor?.updateOptions({ ariaLabel: label, readOnly: !isEditable }), [editor, label, isEditable]);

  useEffect(() => {
    const model = monaco.editor.getModel(monaco.Uri.parse(`file:///${tab}.yaml`));
    if (model === null) return;
    const remedy = (diagnostic: Diagnostic): string => remedyOf(diagnostic, t);
    putMarkers(monaco, model, diagnostics, remedy);
    const tell = (note: Diagnostic): string => t('editor.note', { meaning: remedyOf(note, t) });
    const notes = noteDecorations(monaco, model, diagnostics, t('editor.notSimulated'), tell);
    const ids = model.deltaDecorations([], notes);
    return () => void model.deltaDecorations(ids, []);
  }, [monaco, tab, diagnostics, t]);

  const assistance = useAssistance(yamlEditor);
  useMarks(monaco, editor);

  useImperativeHandle(handle, () => ({
    go: (line, column) => {
      editor?.setPosition({ lineNumber: line, column });
      editor?.revealLineInCenterIfOutsideViewport(line);
      editor?.focus();
    },
  }));

  return <div className="code" ref={host} data-assistance={assistance ?? undefined} />;
}
