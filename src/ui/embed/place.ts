import { currentStructure } from '../store/moment.ts';
import { seek, setSpeed } from '../store/player.ts';
import { run } from '../store/run.ts';
import type { Session } from '../store/session.ts';
import { select } from '../store/view.ts';
import { findAsked, readPlace } from './address.ts';

/** Goes where the address wants the page to be: to a step, with an object selected, at a speed. */
export async function goToPlace(session: Session, search: string): Promise<void> {
  const { step, select: asked, speed } = readPlace(search);
  if (speed !== undefined) setSpeed(speed);
  await session.ready;
  if (step === undefined && asked === undefined) return;
  await session.whenAtRest();
  if (step !== undefined) seek(Math.min(step, run.getState().replica.steps));
  const id = asked === undefined ? undefined : findAsked(asked, currentStructure().elements.values());
  if (id !== undefined) select(id);
}
