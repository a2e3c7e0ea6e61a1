import type { ReactNode } from 'react';

/** Glyphs of the app, on a grid of 16: one per kind (`k-`), per state (`s-`) and per command (`c-`). */
const GLYPHS = {
  'k-sts': (
    <>
      <rect x="2.5" y="2" width="11" height="3.2" rx="1" />
      <rect x="2.5" y="6.4" width="11" height="3.2" rx="1" />
      <rect x="2.5" y="10.8" width="11" height="3.2" rx="1" />
    </>
  ),
  'k-deploy': (
    <>
      <rect x="2" y="2" width="8.5" height="8.5" rx="1.5" />
      <path d="M13.8 5.5v6.8a1.5 1.5 0 0 1-1.5 1.5H5.5" />
    </>
  ),
  'k-pod': (
    <>
      <rect x="2.2" y="2.2" width="11.6" height="11.6" rx="4" />
      <circle cx="8" cy="8" r="1.9" />
    </>
  ),
  'k-pvc': (
    <>
      <path d="M2 4h12v2.3a1.8 1.8 0 0 0 0 3.4V12H2z" />
      <path d="M5 8h4" />
    </>
  ),
  'k-pv': (
    <>
      <rect x="2" y="3.5" width="12" height="9" rx="1.5" />
      <path d="M2 9.2h12M11.2 11h.6" />
    </>
  ),
  'k-vol': (
    <>
      <ellipse cx="8" cy="4" rx="5.2" ry="2" />
      <path d="M2.8 4v8c0 1.1 2.3 2 5.2 2s5.2-.9 5.2-2V4" />
    </>
  ),
  'k-node': (
    <>
      <rect x="2" y="2.8" width="12" height="4.4" rx="1" />
      <rect x="2" y="8.8" width="12" height="4.4" rx="1" />
      <path d="M4.8 5h.4M4.8 11h.4" />
    </>
  ),
  'k-class': (
    <>
      <path d="M2.3 8.1V3.3a1 1 0 0 1 1-1h4.8l5.6 5.6-5.8 5.8z" />
      <circle cx="5.5" cy="5.5" r=".8" />
    </>
  ),
  'k-va': (
    <>
      <circle cx="3.8" cy="8" r="1.8" />
      <circle cx="12.2" cy="8" r="1.8" />
      <path d="M5.6 8h4.8" />
    </>
  ),
  'k-driver': (
    <>
      <rect x="3" y="4.5" width="10" height="7" rx="1.2" />
      <path d="M5.5 4.5V2.5M10.5 4.5V2.5M8 11.5v2.5" />
    </>
  ),
  'k-clone': (
    <>
      <circle cx="6" cy="6" r="3.6" />
      <circle cx="10" cy="10" r="3.6" strokeDasharray="2 1.6" />
    </>
  ),
  'k-snapshot': (
    <>
      <ellipse cx="8" cy="4.6" rx="4.6" ry="1.8" />
      <path d="M3.4 8c0 1 2 1.8 4.6 1.8s4.6-.8 4.6-1.8M3.4 11.4c0 1 2 1.8 4.6 1.8s4.6-.8 4.6-1.8" />
    </>
  ),
  's-ok': (
    <>
      <circle cx="8" cy="8" r="6.6" fill="currentColor" stroke="none" />
      <path d="M5 8.2l2.1 2.1L11 6.2" stroke="var(--card)" />
    </>
  ),
  's-working': (
    <>
      <circle cx="8" cy="8" r="5.8" opacity=".3" strokeWidth="2.2" />
      <path d="M8 2.2a5.8 5.8 0 0 1 5.8 5.8" strokeWidth="2.2" />
    </>
  ),
  's-waiting': (
    <>
      <circle cx="8" cy="8" r="6" />
      <path d="M8 4.6V8l2.3 1.6" />
    </>
  ),
  's-failed': (
    <>
      <path d="M5.3 1.5h5.4l3.8 3.8v5.4l-3.8 3.8H5.3l-3.8-3.8V5.3z" fill="currentColor" stroke="none" />
      <path d="M5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4" stroke="var(--card)" />
    </>
  ),
  's-ending': (
    <>
      <circle cx="8" cy="8" r="6" strokeDasharray="2.6 2.2" />
      <path d="M5.4 8h5.2" />
    </>
  ),
  's-idle': <circle cx="8" cy="8" r="5.6" />,
  's-unborn': <circle cx="8" cy="8" r="5.6" strokeDasharray=".1 3.2" strokeWidth="1.8" />,
  's-gone': <circle cx="8" cy="8" r="5.6" strokeDasharray=".1 3.2" strokeWidth="1.8" />,
  's-barred': (
    <>
      <circle cx="8" cy="8" r="6" />
      <path d="M3.9 12.1l8.2-8.2" />
    </>
  ),
  's-no': <path d="M3.5 3.5l9 9M12.5 3.5l-9 9" />,
  's-bolt': <path d="M9.2 1.5L3.4 9h4l-.8 5.5L12.6 7h-4z" fill="currentColor" stroke="none" />,
  's-retry': (
    <>
      <path d="M12.9 6.2A5.3 5.3 0 1 0 13.3 9" />
      <path d="M13.4 2.6v3.8H9.6" />
    </>
  ),
  'c-start': <path d="M4 3.5v9M12 3.5L6 8l6 4.5z" />,
  'c-back': <path d="M10.5 3.5L4.5 8l6 4.5" />,
  'c-play': <path d="M5 3.2L12.4 8 5 12.8z" fill="currentColor" />,
  'c-pause': <path d="M5.2 3.5v9M10.8 3.5v9" strokeWidth="2.4" />,
  'c-fwd': <path d="M5.5 3.5l6 4.5-6 4.5" />,
  'c-end': <path d="M12 3.5v9M4 3.5L10 8l-6 4.5z" />,
  'c-more': (
    <g fill="currentColor" stroke="none">
      <circle cx="3.5" cy="8" r="1.2" />
      <circle cx="8" cy="8" r="1.2" />
      <circle cx="12.5" cy="8" r="1.2" />
    </g>
  ),
  'c-up': <path d="M4.5 9.5L8 6l3.5 3.5" />,
  'c-down': <path d="M4.5 6.5L8 10l3.5-3.5" />,
} as const satisfies Readonly<Record<string, ReactNode>>;

export type GlyphName = keyof typeof GLYPHS;

const GLYPH_OF_KIND: Readonly<Record<string, GlyphName>> = {
  Deployment: 'k-deploy',
  ReplicaSet: 'k-deploy',
  ReplicationController: 'k-deploy',
  StatefulSet: 'k-sts',
  DaemonSet: 'k-sts',
  Job: 'k-deploy',
  CronJob: 'k-deploy',
  Pod: 'k-pod',
  PersistentVolumeClaim: 'k-pvc',
  PersistentVolume: 'k-pv',
  Volume: 'k-vol',
  InlineVolume: 'k-vol',
  VolumeAttachment: 'k-va',
  Node: 'k-node',
  StorageClass: 'k-class',
  VolumeAttributesClass: 'k-class',
  CSIDriver: 'k-driver',
  CSINode: 'k-node',
  CSIStorageCapacity: 'k-vol',
};

/** The glyph of a kind; undefined where a kind has none. */
export function glyphOfKind(kind: string): GlyphName | undefined {
  return GLYPH_OF_KIND[kind];
}

export interface GlyphProps {
  readonly name: GlyphName;
  /** `s` for the 12 px of states; by default the 14 px of kinds and commands. */
  readonly size?: 'g' | 's';
}

/** Hidden from readers: the word beside it says the same. */
export function Glyph({ name, size = 'g' }: GlyphProps): ReactNode {
  return (
    <svg className={size} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      {GLYPHS[name]}
    </svg>
  );
}
