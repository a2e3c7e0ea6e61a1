import {
  type ComponentType,
  type ReactNode,
  type RefObject,
  useEffect,
  useImperativeHandle,
  useRef,
  useState,
} from 'react';
import { useStore } from 'zustand';
import type { Diagnostic } from '../../worker/protocol.ts';
import { ErrorBoundary } from '../shell/ErrorBoundary.tsx';
import { hasBegun, run } from '../store/run.ts';
import { setText, texts } from '../store/texts.ts';
import { useLabel } from './label.ts';
import type { MonacoViewProps } from './MonacoView.tsx';
import { loadMonaco, type YamlEditor } from './monaco.ts';

export interface EditorHandle {
  /** Puts the cursor there and shows it. */
  go(line: number, column: number): void;
}

export interface CodeEditorProps {
  readonly handle: RefObject<EditorHandle | null>;
  readonly diagnostics: readonly Diagnostic[];
}

interface Loaded {
  readonly yamlEditor: YamlEditor;
  readonly View: ComponentType<MonacoViewProps>;
}

/** The text of the open tab: in Monaco as soon as that is there, in a plain text field until then, or where it fails. */
export function CodeEditor({ handle, diagnostics }: CodeEditorProps): ReactNode {
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const [hasFailed, setFailed] = useState(false);
  useEffect(() => {
    let isGone = false;
    Promise.all([loadMonaco(), import('./MonacoView.tsx')]).then(
      ([yamlEditor, { MonacoView }]) => {
        if (!isGone) setLoaded({ yamlEditor, View: MonacoView });
      },
      // The text field goes on doing; the next visit tries again.
      () => {
        if (!isGone) setFailed(true);
      },
    );
    return () => {
      isGone = true;
    };
  }, []);
  const plain = <PlainEditor handle={handle} isForNow={loaded === null && !hasFailed} />;
  if (loaded === null) return plain;
  const { View, yamlEditor } = loaded;
  return (
    <ErrorBoundary instead={plain}>
      <View yamlEditor={yamlEditor} handle={handle} diagnostics={diagnostics} />
    </ErrorBoundary>
  );
}

interface PlainEditorProps extends Pick<CodeEditorProps, 'handle'> {
  /** Monaco is on its way. */
  readonly isForNow: boolean;
}

function PlainEditor({ handle, isForNow }: PlainEditorProps): ReactNode {
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
      data-for-now={isForNow || undefined}
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
