import { describe, expect, it } from 'vitest';
import { decodeScene, encodeScene, isSceneCode } from './code.ts';
import { ShareFault } from './fault.ts';
import type { SharedScene } from './scene.ts';

const SCENE: SharedScene = {
  manifests: 'kind: PersistentVolumeClaim\napiVersion: v1\nmetadata: {name: 数据}\n'.repeat(20),
  cluster: 'apiVersion: playground/v1\nkind: Cluster\n',
  source: {
    cluster: 'apiVersion: playground/v1\nkind: Cluster\nspec: {seed: 7}\n',
    operations: [
      { operation: { type: 'apply', text: 'kind: Pod\n' }, engineSteps: 0, at: 0 },
      { operation: { type: 'delete', id: 'Pod/default/web' }, engineSteps: 12, at: 2500, requests: 1 },
      { operation: { type: 'fault', fault: { node: 'node-1', down: true } }, engineSteps: 30, at: 9000 },
    ],
    seed: 3,
  },
  step: 42,
  selected: 'PersistentVolumeClaim/default/数据',
};

function faultOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof ShareFault) return error.key;
    throw error;
  }
  return 'none';
}

describe('a scene as text', () => {
  const code = encodeScene(SCENE);

  it('brings back all of the scene', () => {
    expect(decodeScene(code)).toEqual(SCENE);
    const { seed: _, ...source } = SCENE.source;
    const plain = { ...SCENE, selected: null, source: { ...source, cluster: SCENE.cluster } };
    expect(decodeScene(encodeScene(plain))).toEqual(plain);
    const condition = { type: 'event', reason: 'FailedMount' } as const;
    const stopping = { ...plain, breakpoints: [{ condition, isOn: false }] };
    expect(decodeScene(encodeScene(stopping))).toEqual(stopping);
  });

  it('holds only characters that links keep as they are', () => {
    expect(code).toMatch(/^1\.[A-Za-z0-9_-]+$/);
    expect(isSceneCode(code)).toBe(true);
    expect(isSceneCode('editor')).toBe(false);
  });

  it('survives what chat programs add to a link', () => {
    expect(decodeScene(`${code}.`)).toEqual(SCENE);
    expect(decodeScene(`${code.slice(0, 40)}\n${code.slice(40)})`)).toEqual(SCENE);
  });

  it('cut off anywhere is said to be cut off or changed, and never read', () => {
    for (let length = 2; length < code.length; length += 1) {
      expect(faultOf(() => decodeScene(code.slice(0, length)))).toMatch(/^share\.code(Truncated|Changed)$/);
    }
    expect(faultOf(() => decodeScene(code.slice(0, code.length - 20)))).toBe('share.codeTruncated');
    expect(faultOf(() => decodeScene('1'))).toBe('share.codeTruncated');
  });

  it('with any character changed is not read', () => {
    for (let at = 2; at < code.length - 1; at += 1) {
      const other = code[at] === 'A' ? 'B' : 'A';
      expect(faultOf(() => decodeScene(code.slice(0, at) + other + code.slice(at + 1)))).toMatch(
        /^share\.code(Truncated|Changed)$/,
      );
    }
    expect(faultOf(() => decodeScene(`${code}*`))).toBe('share.codeChanged');
  });

  it('of a newer page says so', () => {
    expect(faultOf(() => decodeScene(`2${code.slice(1)}`))).toBe('share.codeNewer');
  });

  it('with a field that is no part of a scene names the field', () => {
    const broken = { ...SCENE, step: -1 };
    expect(faultOf(() => decodeScene(encodeScene(broken)))).toBe('share.sceneUnreadable');
    const operations = [{ operation: { type: 'explode' }, engineSteps: 0, at: 0 }];
    const odd = { ...SCENE, source: { ...SCENE.source, operations } } as unknown as SharedScene;
    expect(faultOf(() => decodeScene(encodeScene(odd)))).toBe('share.sceneUnreadable');
  });
});
