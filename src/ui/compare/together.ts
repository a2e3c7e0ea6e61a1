import { seek } from '../store/player.ts';
import type { StepPair } from './compare.ts';
import { compared } from './compared.ts';

/** Puts both playheads at a pair of steps. */
export function moveTogether(pair: StepPair): void {
  seek(pair.here);
  compared.setState({ pair });
}
