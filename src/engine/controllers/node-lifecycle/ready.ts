import type { Condition, Node } from '../../api/object.ts';

export const readyCondition = ({ status }: Node): Condition | undefined =>
  status?.conditions?.find(({ type }) => type === 'Ready');

/** `True`, `False` or `Unknown`; nothing as long as nobody has said. */
export const readyStatus = (node: Node): string | undefined => readyCondition(node)?.status;
