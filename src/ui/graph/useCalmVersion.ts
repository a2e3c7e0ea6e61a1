import { useEffect, useRef, useState } from 'react';
import type { Replica } from '../model/replica.ts';

/** Up to so many objects, places are found anew with everything that arrives. */
const FEW = 600;
const PAUSE_MS = 500;

/**
 * The replica's version as far as places go: while a long recording of many objects arrives, it follows twice a second, so
 * that the layout is not made over and over.
 */
export function useCalmVersion(replica: Replica, version: number): number {
  const [calm, setCalm] = useState({ version, generation: replica.generation });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const newest = useRef(version);
  newest.current = version;
  useEffect(() => {
    if (calm.version === version || timer.current !== undefined) return;
    timer.current = setTimeout(() => {
      timer.current = undefined;
      setCalm({ version: newest.current, generation: replica.generation });
    }, PAUSE_MS);
  }, [calm, replica, version]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return replica.objects <= FEW || calm.generation !== replica.generation ? version : calm.version;
}
