import { describe, expect, it } from '@jest/globals';
import { restoreRemovedUtil } from './restore-removed-util.js';

describe('restoreRemovedUtil', () => {
  it('fills in what Node 23 removed', () => {
    const util: Record<string, unknown> = {};
    restoreRemovedUtil(util);
    const { isNullOrUndefined, isArray } = util as Record<string, (value: unknown) => boolean>;
    expect([null, undefined, 0, ''].map((value) => isNullOrUndefined?.(value))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect([[], {}].map((value) => isArray?.(value))).toEqual([true, false]);
  });

  it('leaves what is there', () => {
    const own = () => true;
    const util: Record<string, unknown> = { isArray: own };
    restoreRemovedUtil(util);
    expect(util['isArray']).toBe(own);
  });
});
