/** A sentence of the page: key of a table, with its values. */
export interface Phrase {
  readonly key: string;
  readonly values?: Readonly<Record<string, string>>;
}

/** A problem of a text, at a place. Lines and columns count from 1; the end is exclusive. */
export interface Diagnostic {
  /** `info`: all is well, but nothing acts on what stands there. */
  readonly severity: 'error' | 'warning' | 'info';
  /** In Kubernetes' own words where it has any. */
  readonly message: string;
  /** What to do about it: a sentence of table `remedy`. */
  readonly remedy?: Phrase;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  /** Field path, e.g. `spec.accessModes[0]`. */
  readonly path?: string;
  /** Number of the document in the text, from 0. */
  readonly document?: number;
  /** Offers to write something else in place of what stands between two places. */
  readonly change?: {
    readonly title: Phrase;
    readonly text: string;
    readonly line: number;
    readonly column: number;
    readonly endColumn: number;
  };
  /** Offers to add what is missing: documents to append to the cluster text. */
  readonly addToCluster?: { readonly title: Phrase; readonly text: string };
}
