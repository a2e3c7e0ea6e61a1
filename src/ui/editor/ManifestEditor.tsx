import './editor.css';
import { type DragEvent, type ReactNode, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { EmptyText } from '../scenarios/EmptyText.tsx';
import { FoldButton } from '../shell/FoldButton.tsx';
import { useSession } from '../shell/hooks.ts';
import { Tabs } from '../shell/Tabs.tsx';
import { countDocuments, joinTexts, setText, showText, TEXT_TABS, texts } from '../store/texts.ts';
import { editorActions } from './actions.ts';
import { CodeEditor, type EditorHandle } from './CodeEditor.tsx';
import { ProblemList } from './ProblemList.tsx';
import { type Problems, useProblems } from './problems.ts';

const TAB_KEYS = { manifests: 'editor.manifests', cluster: 'editor.cluster' } as const;

/** The texts that make the run: what is applied, and the cluster it is applied to. */
export function ManifestEditor({ isFolded }: { readonly isFolded: boolean }): ReactNode {
  const { t } = useTranslation();
  const session = useSession();
  const tab = useStore(texts, (state) => state.tab);
  const isEmpty = useStore(texts, (state) => state.tab === 'manifests' && state.manifests === '');
  const problems = useProblems(tab);
  const handle = useRef<EditorHandle>(null);
  if (isFolded) {
    return (
      <section id="editor" className="editor rail-only" aria-label={t('editor.region')} tabIndex={-1}>
        <FoldButton panel="editor" isFolded />
      </section>
    );
  }
  return (
    <section id="editor" className="editor" aria-label={t('editor.region')} tabIndex={-1}>
      <div className="bar">
        <Tabs
          label={t('editor.tabs')}
          id="text"
          tabs={TEXT_TABS.map((name) => ({ name, text: t(TAB_KEYS[name]) }))}
          selected={tab}
          onSelect={showText}
        />
        <button type="button" className="btn push" onClick={() => void session.reset()}>
          {t('editor.reset')}
        </button>
        <button
          type="button"
          className="btn main"
          title={t('editor.applyKeys')}
          onClick={() => void session.applyTexts()}
        >
          {t('editor.apply')}
        </button>
        <FoldButton panel="editor" isFolded={false} />
      </div>
      <div
        className="editor-body"
        role="tabpanel"
        id="text-panel"
        aria-labelledby={`text-tab-${tab}`}
        onDragOverCapture={allowFiles}
        onDropCapture={takeFile}
      >
        <CodeEditor handle={handle} diagnostics={problems.diagnostics} />
        {isEmpty && <EmptyText />}
      </div>
      <ProblemList diagnostics={problems.diagnostics} onGo={(line, column) => handle.current?.go(line, column)} />
      <StatusLine problems={problems} />
    </section>
  );
}

function hasFiles(event: DragEvent): boolean {
  return event.dataTransfer.types.includes('Files');
}

function allowFiles(event: DragEvent): void {
  if (hasFiles(event)) event.preventDefault();
}

function takeFile(event: DragEvent): void {
  const files = [...event.dataTransfer.files];
  if (files.length === 0) return;
  event.preventDefault();
  event.stopPropagation();
  const { tab } = texts.getState();
  void Promise.all(files.map((file) => file.text())).then((found) => setText(tab, joinTexts(found)));
}

function FormatButton(): ReactNode {
  const { t } = useTranslation();
  const actions = useStore(editorActions, (state) => state.actions);
  if (actions === null) return null;
  return (
    <button type="button" className="link" title={t('editor.formatKeys')} onClick={actions.format}>
      {t('editor.format')}
    </button>
  );
}

function StatusLine({ problems: { diagnostics, isCurrent } }: { readonly problems: Problems }): ReactNode {
  const { t } = useTranslation();
  const text = useStore(texts, (state) => state[state.tab]);
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  const warnings = diagnostics.filter(({ severity }) => severity === 'warning').length;
  const documents = countDocuments(text);
  const parts = [t('editor.documents', { count: documents })];
  if (errors > 0) parts.push(t('editor.errors', { count: errors }));
  if (warnings > 0) parts.push(t('editor.warnings', { count: warnings }));
  if (documents > 0 && isCurrent && errors === 0) parts.push(t('editor.valid'));
  return (
    <div className="foot" role="status">
      <span className="cut">{parts.join(t('common.listSeparator'))}</span>
      <span className="push" />
      <FormatButton />
      <span>{t('editor.keysHint')}</span>
    </div>
  );
}
