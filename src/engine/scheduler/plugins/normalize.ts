const MAX_NODE_SCORE = 100;

/**
 * Scales scores so that the best node has 100, or, reversed, the one with the least.
 * @see pkg/scheduler/framework/plugins/helper/normalize_score.go DefaultNormalizeScore
 */
export function defaultNormalizeScore(scores: readonly number[], reverse: boolean): readonly number[] {
  const max = Math.max(0, ...scores);
  if (max === 0) return reverse ? scores.map(() => MAX_NODE_SCORE) : scores;
  return scores.map((score) => {
    const scaled = Math.trunc((MAX_NODE_SCORE * score) / max);
    return reverse ? MAX_NODE_SCORE - scaled : scaled;
  });
}
