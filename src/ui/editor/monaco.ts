import type { MonacoYaml } from 'monaco-yaml';

/** Monaco's API, as the page uses it. */
export type Monaco = typeof import('monaco-editor/editor');

/** Monaco with the YAML language, ready to make editors. */
export interface YamlEditor {
  readonly monaco: Monaco;
  /** Schemas and options of YAML validation, completion and hover; `yaml.update({ schemas })` changes them. */
  readonly yaml: MonacoYaml;
}

let loading: Promise<YamlEditor> | undefined;

/**
 * Loads Monaco on the first call, a chunk of its own, and gives the same instance on every later one. When the chunk
 * could not be fetched the promise rejects, and the next call tries again.
 */
export function loadMonaco(): Promise<YamlEditor> {
  loading ??= import('./monacoSetup.ts').then(
    ({ setUp }) => setUp(),
    (error: unknown) => {
      loading = undefined;
      throw error;
    },
  );
  return loading;
}
