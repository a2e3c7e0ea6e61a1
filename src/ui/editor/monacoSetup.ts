import * as monaco from 'monaco-editor/editor';
import 'monaco-editor/features/bracketMatching/register';
import 'monaco-editor/features/clipboard/register';
import 'monaco-editor/features/codicon/register';
import 'monaco-editor/features/comment/register';
import 'monaco-editor/features/contextmenu/register';
import 'monaco-editor/features/find/register';
import 'monaco-editor/features/folding/register';
import 'monaco-editor/features/format/register';
import 'monaco-editor/features/gotoError/register';
import 'monaco-editor/features/hover/register';
import 'monaco-editor/features/indentation/register';
import 'monaco-editor/features/linesOperations/register';
import 'monaco-editor/features/multicursor/register';
import 'monaco-editor/features/suggest/register';
import 'monaco-editor/features/toggleTabFocusMode/register';
import 'monaco-editor/features/wordOperations/register';
import 'monaco-editor/languages/definitions/yaml/register';
// The suggest feature above leaves out the controller that shows the suggestions.
import 'monaco-editor/editor/contrib/suggest/browser/suggestController';
import { configureMonacoYaml } from 'monaco-yaml';
import { createTrustedWorker } from '../shell/trustedWorker.ts';
import editorWorkerUrl from './editor.worker.ts?worker&url';
import type { YamlEditor } from './monaco.ts';
import yamlWorkerUrl from './yaml.worker.ts?worker&url';

/** What monaco-yaml asks of `createWebWorker`: the request that monaco-editor knew before 0.56. */
interface NamedWorkerRequest {
  readonly label: string;
  readonly createData: unknown;
}

function createWorker(label: string): Worker {
  return createTrustedWorker(label === 'yaml' ? yamlWorkerUrl : editorWorkerUrl, label);
}

/**
 * monaco-editor as monaco-yaml expects it, with less in its proposals. Its worker starts with the first message and takes the second one for
 * its settings; since 0.56 the caller makes the worker and sends both.
 */
function monacoOfNamedWorkers(): Parameters<typeof configureMonacoYaml>[0] {
  const createWebWorker = ({ label, createData }: NamedWorkerRequest): object => {
    const worker = createWorker(label);
    worker.postMessage('ignore');
    worker.postMessage(createData);
    return monaco.editor.createWebWorker({ worker });
  };
  const named = {
    ...monaco,
    editor: { ...monaco.editor, createWebWorker },
    languages: {
      ...monaco.languages,
      registerCompletionItemProvider: (
        language: string,
        provider: monaco.languages.CompletionItemProvider,
      ): monaco.IDisposable => monaco.languages.registerCompletionItemProvider(language, withoutShapes(provider)),
    },
  };
  return named as unknown as Parameters<typeof configureMonacoYaml>[0];
}

/** Leaves out what monaco-yaml proposes besides fields and values: the bare shape of a type or list item. */
function withoutShapes(provider: monaco.languages.CompletionItemProvider): monaco.languages.CompletionItemProvider {
  return {
    ...provider,
    async provideCompletionItems(...request) {
      const found = await provider.provideCompletionItems(...request);
      if (!found) return found;
      const suggestions = found.suggestions.filter(
        ({ kind, label }) =>
          kind !== monaco.languages.CompletionItemKind.Class && !String(label).startsWith('- (array item)'),
      );
      return { ...found, suggestions };
    },
  };
}

/** Registers the workers and the YAML language; called once, by `loadMonaco`. */
export function setUp(): YamlEditor {
  globalThis.MonacoEnvironment = { getWorker: (_id, label) => createWorker(label) };
  const yaml = configureMonacoYaml(monacoOfNamedWorkers(), {
    isKubernetes: true,
    // The engine reads texts as kubectl does and says what is wrong; one voice is enough.
    validate: false,
    yamlVersion: '1.1',
    hoverSchemaSource: false,
    format: { printWidth: 120, bracketSpacing: false },
  });
  return { monaco, yaml };
}
