import type { editor } from 'monaco-editor/editor';
import type { Diagnostic } from '../../worker/protocol.ts';
import { TEXT_TABS, type TextTab } from '../store/texts.ts';
import type { Monaco } from './monaco.ts';

export type CodeEditor = editor.IStandaloneCodeEditor;

const THEME = 'playground';
const OWNER = 'playground';

/** Keys, comments and signs; and everything that is a value. The base theme colours them by these very names. */
const FAINT_TOKENS = [
  'type',
  'type.yaml',
  'comment',
  'comment.yaml',
  'operators.yaml',
  'delimiter',
  'tag',
  'namespace',
  'meta',
];
const INK_TOKENS = ['string', 'string.yaml', 'number', 'number.yaml', 'keyword', 'keyword.yaml', 'string.invalid.yaml'];

/** Monaco knows no short colours, which the build makes of long ones: `#fff`. */
function sixDigits(colour: string): string {
  return colour.replace(/^#(.)(.)(.)$/, '#$1$1$2$2$3$3');
}

/** Monaco's colours from the page's tokens: two inks and no hue but for what is wrong. */
export function applyTheme(monaco: Monaco, isDark: boolean): void {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string): string => sixDigits(style.getPropertyValue(name).trim());
  const ink = token('--ink');
  const faint = token('--ink-3');
  const bare = (colour: string): string => colour.replace('#', '');
  monaco.editor.defineTheme(THEME, {
    base: isDark ? 'vs-dark' : 'vs',
    inherit: true,
    rules: [
      { token: '', foreground: bare(ink) },
      ...FAINT_TOKENS.map((name) => ({ token: name, foreground: bare(faint) })),
      ...INK_TOKENS.map((name) => ({ token: name, foreground: bare(ink) })),
    ],
    colors: {
      'editor.background': token('--panel'),
      'editor.foreground': ink,
      'editorLineNumber.foreground': faint,
      'editorLineNumber.activeForeground': ink,
      'editorCursor.foreground': ink,
      'editor.selectionBackground': token('--line-2'),
      'editor.inactiveSelectionBackground': token('--fill'),
      'editorError.foreground': token('--failed'),
      'editorWarning.foreground': token('--waiting-line'),
      'editorInfo.foreground': token('--ink-3'),
      'editorIndentGuide.background1': token('--line'),
      'editorIndentGuide.activeBackground1': token('--line-2'),
      'editorBracketMatch.border': token('--edge'),
      'editorBracketMatch.background': token('--fill'),
      'editorBracketHighlight.foreground1': ink,
      'editorBracketHighlight.foreground2': ink,
      'editorBracketHighlight.foreground3': ink,
      'editorWidget.background': token('--card'),
      'editorWidget.border': token('--line-2'),
      'editorSuggestWidget.background': token('--card'),
      'editorSuggestWidget.border': token('--line-2'),
      'editorSuggestWidget.foreground': ink,
      'editorSuggestWidget.selectedBackground': token('--hover'),
      'editorSuggestWidget.selectedForeground': ink,
      'editorSuggestWidget.selectedIconForeground': ink,
      'editorSuggestWidget.highlightForeground': ink,
      'editorSuggestWidget.focusHighlightForeground': ink,
      'symbolIcon.propertyForeground': faint,
      'symbolIcon.valueForeground': faint,
      'list.hoverBackground': token('--fill'),
      'textCodeBlock.background': token('--fill'),
      'editorHoverWidget.background': token('--card'),
      'editorHoverWidget.border': token('--line-2'),
      'scrollbar.shadow': '#00000000',
      focusBorder: ink,
    },
  });
  monaco.editor.setTheme(THEME);
}

/** The text of each tab as a model; made once for the page, so that undo reaches over tabs and languages. */
export function modelsOf(monaco: Monaco, text: (tab: TextTab) => string): Readonly<Record<TextTab, editor.ITextModel>> {
  const model = (tab: TextTab): editor.ITextModel => {
    const uri = monaco.Uri.parse(`file:///${tab}.yaml`);
    return monaco.editor.getModel(uri) ?? monaco.editor.createModel(text(tab), 'yaml', uri);
  };
  return Object.fromEntries(TEXT_TABS.map((tab) => [tab, model(tab)])) as Record<TextTab, editor.ITextModel>;
}

/** Puts a text into a model as an edit that can be undone; nothing happens where it is the same already. */
export function putText(model: editor.ITextModel, text: string): void {
  if (model.getValue() === text) return;
  model.pushStackElement();
  model.pushEditOperations([], [{ range: model.getFullModelRange(), text }], () => null);
  model.pushStackElement();
}

export function createEditor(monaco: Monaco, host: HTMLElement, model: editor.ITextModel, label: string): CodeEditor {
  return monaco.editor.create(host, {
    model,
    ariaLabel: label,
    automaticLayout: true,
    theme: THEME,
    fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--mono').trim(),
    fontSize: 11,
    lineHeight: 17,
    lineNumbersMinChars: 3,
    lineDecorationsWidth: 12,
    glyphMargin: false,
    minimap: { enabled: false },
    overviewRulerLanes: 0,
    hideCursorInOverviewRuler: true,
    overviewRulerBorder: false,
    renderLineHighlight: 'none',
    renderFinalNewline: 'on',
    scrollBeyondLastLine: false,
    scrollbar: { verticalScrollbarSize: 8, horizontalScrollbarSize: 8, useShadows: false },
    padding: { top: 6, bottom: 12 },
    tabSize: 2,
    insertSpaces: true,
    detectIndentation: false,
    // What is typed or inserted is what is there; new lines are indented by `breakLine`.
    autoIndent: 'none',
    autoClosingBrackets: 'never',
    autoClosingQuotes: 'never',
    formatOnType: false,
    // Keys that are being written look like texts.
    quickSuggestions: { other: true, strings: true, comments: false },
    acceptSuggestionOnEnter: 'smart',
    suggest: { showWords: false, preview: false },
    wordBasedSuggestions: 'off',
    fixedOverflowWidgets: true,
    guides: { indentation: false },
    bracketPairColorization: { enabled: false },
    stickyScroll: { enabled: false },
    contextmenu: false,
    occurrencesHighlight: 'off',
    selectionHighlight: false,
    links: false,
    unicodeHighlight: { ambiguousCharacters: false },
  });
}

/** Spaces that a line begins with which follows after these characters of another. */
export function indentAfter(before: string): string {
  const own = /^ */.exec(before)?.[0] ?? '';
  const dashes = /^ *((?:- +)*)/.exec(before)?.[1] ?? '';
  const inItem = own + ' '.repeat(dashes.length);
  return /(^|\s|-\s)[^\s#"']+:\s*$/.test(before) ? `${inItem}  ` : inItem;
}

/** Breaks the line at each cursor, and indents the new one as YAML needs it. */
export function breakLine(codeEditor: CodeEditor): void {
  const model = codeEditor.getModel();
  const selections = codeEditor.getSelections();
  if (model === null || selections === null) return;
  codeEditor.pushUndoStop();
  codeEditor.executeEdits(
    'break line',
    selections.map((range) => {
      const before = model.getLineContent(range.startLineNumber).slice(0, range.startColumn - 1);
      return { range, text: `\n${indentAfter(before)}`, forceMoveMarkers: true };
    }),
  );
  const { lineNumber } = codeEditor.getPosition() ?? { lineNumber: 1 };
  codeEditor.revealLine(lineNumber);
  codeEditor.pushUndoStop();
}

/** Lays out the whole text anew. */
export function formatText(codeEditor: CodeEditor): void {
  void codeEditor.getAction('editor.action.formatDocument')?.run();
}

/** Wavy lines under what is wrong; hovering says what and what to do. */
export function putMarkers(
  monaco: Monaco,
  model: editor.ITextModel,
  diagnostics: readonly Diagnostic[],
  remedy: (diagnostic: Diagnostic) => string,
): void {
  const severities = {
    error: monaco.MarkerSeverity.Error,
    warning: monaco.MarkerSeverity.Warning,
    info: monaco.MarkerSeverity.Hint,
  };
  const problems = diagnostics.filter(({ severity }) => severity !== 'info');
  const markers = problems.map((diagnostic) => ({
    severity: severities[diagnostic.severity],
    message: [diagnostic.message, remedy(diagnostic)].filter(Boolean).join('\n'),
    startLineNumber: diagnostic.line,
    startColumn: diagnostic.column,
    endLineNumber: diagnostic.endLine,
    endColumn: Math.max(diagnostic.endColumn, diagnostic.line === diagnostic.endLine ? diagnostic.column + 1 : 1),
    ...(diagnostic.path !== undefined && { code: diagnostic.path }),
  }));
  monaco.editor.setModelMarkers(model, OWNER, markers);
}

/** A quiet mark at each note: a dotted line under it, what it means when pointed at, and a word behind its line. */
export function noteDecorations(
  monaco: Monaco,
  model: editor.ITextModel,
  diagnostics: readonly Diagnostic[],
  word: string,
  tell: (diagnostic: Diagnostic) => string,
): editor.IModelDeltaDecoration[] {
  const notes = diagnostics.filter(({ severity, line }) => severity === 'info' && line <= model.getLineCount());
  const underlines = notes.map((note) => {
    const { line, column } = note;
    const { length } = /^[\w.-]*/.exec(model.getLineContent(line).slice(column - 1))?.[0] ?? '';
    return {
      range: new monaco.Range(line, column, line, column + length),
      options: { inlineClassName: 'noted', hoverMessage: { value: tell(note) } },
    };
  });
  const words = [...new Set(notes.map(({ line }) => line))].map((line) => {
    const end = model.getLineMaxColumn(line);
    return {
      range: new monaco.Range(line, end, line, end),
      options: { showIfCollapsed: true, after: { content: `\u00a0\u00a0${word}`, inlineClassName: 'note-word' } },
    };
  });
  return [...underlines, ...words];
}
