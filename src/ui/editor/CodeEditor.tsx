import { type ReactNode, type RefObject, useEffect, useImperativeHandle, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Diagnostic } from '../../worker/protocol.ts';
import { ErrorBoundary } from '../shell/ErrorBoundary.tsx';
import { useMedia, useSession } from '../shell/hooks.ts';
import { preferences } from '../store/preferences.ts';
import { hasBegun, run } from '../store/run.ts';
import { setText, TEXT_TABS, texts } from '../store/texts.ts';
import { select } from '../store/view.ts';
import { editorActions } from './actions.ts';
import { useAssistance } from './assistance.ts';
import { documentsOf } from './documents.ts';
import { idOfDocument } from './markLines.ts';
import { useMarks } from './marks.ts';
import { loadMonaco, type YamlEditor } from './monaco.ts';
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

export interface EditorHandle {
  /** Puts the cursor there and shows it. */
  go(line: number, column: number): void;
}

export interface CodeEditorProps {
  readonly handle: RefObject<EditorHandle | null>;
  readonly diagnostics: readonly Diagnostic[];
}

/** The text of the open tab: in Monaco as soon as that is there, in a plain text field until then, or where it fails. */
export function CodeEditor({ handle, diagnostics }: CodeEditorProps): ReactNode {
  const [yamlEditor, setYamlEditor] = useState<YamlEditor | null>(null);
  useEffect(() => {
    let isGone = false;
    loadMonaco().then(
      (loaded) => {
        if (!isGone) setYamlEditor(loaded);
      },
      // The text field goes on doing; the next visit tries again.
      () => undefined,
    );
    return () => {
      isGone = true;
    };
  }, []);
  const plain = <PlainEditor handle={handle} />;
  if (yamlEditor === null) return plain;
  return (
    <ErrorBoundary instead={plain}>
      <MonacoEditor yamlEditor={yamlEditor} handle={handle} diagnostics={diagnostics} />
    </ErrorBoundary>
  );
}

/** Selects the object that the document at the cursor describes. */
function selectAtCursor(codeEditor: Editor): void {
  const { lineNumber } = codeEditor.getPosition() ?? { lineNumber: 0 };
  const document = documentsOf(codeEditor.getValue()).find(
    ({ firstLine, lastLine }) => firstLine <= lineNumber && lineNumber <= lastLine,
  );
  if (document !== undefined) select(idOfDocument(document));
}

function useLabel(): string {
  const { t } = useTranslation();
  return t(useStore(texts, (state) => state.tab) === 'manifests' ? 'editor.manifestsText' : 'editor.clusterText');
}

function PlainEditor({ handle }: Pick<CodeEditorProps, 'handle'>): ReactNode {
  const tab = useStore(texts, (state) => state.tab);
  const text = useStore(texts, (state) => state[state.tab]);
  const isEditable = useStore(run, hasBegun);
  const field = useRef<HTMLTextAreaElement>(null);
  const label = useLabel();
  useImperativeHandle(handle, () => ({
    go: (line, column) => {
      const lines = text.split('\n').slice(0, line - 1);
      const offset = lines.reduce((sum, { length }) => sum + length + 1, 0) + column - 1;
      field.current?.focus();
      field.current?.setSelectionRange(offset, offset);
    },
  }));
  return (
    <textarea
      ref={field}
      className="code plain"
      aria-label={label}
      value={text}
      spellCheck={false}
      readOnly={!isEditable}
      autoCapitalize="off"
      autoComplete="off"
      wrap="off"
      onChange={(event) => setText(tab, event.target.value)}
    />
  );
}

interface MonacoEditorProps extends CodeEditorProps {
  readonly yamlEditor: YamlEditor;
}

function MonacoEditor({ yamlEditor, handle, diagnostics }: MonacoEditorProps): ReactNode {
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
