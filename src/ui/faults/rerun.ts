import type { RecordedOperation } from '../../worker/protocol.ts';
import { run } from '../store/run.ts';
import type { Session } from '../store/session.ts';

/**
 * Runs the recording again with other operations, each at its own time, and goes to a step of it. The run that this leaves is
 * the origin of the new one: it can be compared with and returned to.
 */
export async function rerun(session: Session, operations: readonly RecordedOperation[], step: number): Promise<void> {
  const { source } = run.getState();
  await session.start({ ...source, operations }, step);
  await session.whenAtRest();
  run.setState({ origin: { source, step } });
}
