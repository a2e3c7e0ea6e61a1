import { type ReactNode, type RefObject, useEffect, useImperativeHandle, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Diagnostic } from '../../worker/protocol.ts';
import { ErrorBoundary } from '../shell/ErrorBoundary.tsx';
import { useMedia, useSession } from '../shell/hooks.ts';
import { preferences } from '../store/preferences.ts';
import { hasBegun, run } from '../store/run.ts';
import { setText, TEXT_TABS, texts } from '../store/texts.ts';
import { useMarks } from './marks.ts';
import { loadMonaco, type Monaco } from './monaco.ts';
import {
  applyTheme,
  breakLine,
  createEditor,
  type CodeEditor as Editor,
  modelsOf,
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
  const [monaco, setMonaco] = useState<Monaco | null>(null);
  useEffect(() => {
    let isGone = false;
    loadMonaco().then(
      (loaded) => {
        if (!isGone) setMonaco(loaded.monaco);
      },
      // The text field goes on doing; the next visit tries again.
      () => undefined,
    );
    return () => {
      isGone = true;
    };
  }, []);
  const plain = <PlainEditor handle={handle} />;
  if (monaco === null) return plain;
  return (
    <ErrorBoundary instead={plain}>
      <MonacoEditor monaco={monaco} handle={handle} diagnostics={diagnostics} />
    </ErrorBoundary>
  );
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

function MonacoEditor({ monaco, handle, diagnostics }: CodeEditorProps & { readonly monaco: Monaco }): ReactNode {
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
    setEditor(created);
    return () => {
      unsubscribe();
      for (const disposable of disposables) disposable.dispose();
      created.dispose();
      setEditor(null);
    };
  }, [monaco, session]);

  useEffect(() => editor?.updateOptions({ ariaLabel: label, readOnly: !isEditable }), [editor, label, isEditable]);

  useEffect(() => {
    const model = monaco.editor.getModel(monaco.Uri.parse(`file:///${tab}.yaml`));
    if (model !== null) putMarkers(monaco, model, diagnostics, (diagnostic) => remedyOf(diagnostic, t));
  }, [monaco, tab, diagnostics, t]);

  useMarks(monaco, editor);

  useImperativeHandle(handle, () => ({
    go: (line, column) => {
      editor?.setPosition({ lineNumber: line, column });
      editor?.revealLineInCenterIfOutsideViewport(line);
      editor?.focus();
    },
  }));

  return <div className="code" ref={host} />;
}
