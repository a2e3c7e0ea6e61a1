import type { ReactNode } from 'react';

/** A ring that empties until the next try. */
export function WaitRing({ left }: { readonly left: number }): ReactNode {
  return (
    <svg className="s wait-ring" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <circle cx="8" cy="8" r="5.8" opacity=".3" />
      <circle cx="8" cy="8" r="5.8" pathLength="1" strokeDasharray={`${left} 1`} transform="rotate(-90 8 8)" />
      <path d="M8 5.4V8l1.6 1.1" strokeWidth="1.2" />
    </svg>
  );
}
