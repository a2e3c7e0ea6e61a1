import { describe, expect, it } from 'vitest';
import { insertCandidate, insertCommon, isUnfinished, remember } from './lines.ts';

describe('a line of the console', () => {
  it('goes on while a quote or a here-document is open, or its end asks for more', () => {
    expect(isUnfinished("kubectl apply -f - <<'EOF'")).toBe(true);
    expect(isUnfinished("kubectl apply -f - <<'EOF'\nkind: Pod\nEOF")).toBe(false);
    expect(isUnfinished("kubectl patch pv x -p '{")).toBe(true);
    expect(isUnfinished(`kubectl patch pv x -p '{"a": "it"}'`)).toBe(false);
    expect(isUnfinished('kubectl get pods |')).toBe(true);
    expect(isUnfinished('kubectl get pods')).toBe(false);
  });

  it('takes a candidate, or what all candidates have in common', () => {
    const edited = { text: 'kubectl get pvc w -o yaml', cursor: 17 };
    expect(insertCandidate(edited, 16, 'web ')).toEqual({ text: 'kubectl get pvc web -o yaml', cursor: 19 });
    expect(insertCommon(edited, { start: 16, candidates: ['web-0 ', 'web-1 '] })).toEqual({
      text: 'kubectl get pvc web- -o yaml',
      cursor: 20,
    });
    expect(insertCommon({ text: 'a', cursor: 1 }, { start: 0, candidates: ['ab ', 'ac '] })).toBeUndefined();
  });

  it('is kept once, the latest last', () => {
    expect(remember(['a', 'b'], 'a')).toEqual(['b', 'a']);
  });
});
