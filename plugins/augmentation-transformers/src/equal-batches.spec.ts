import { describe, expect, it } from '@jest/globals';
import { equalBatches } from './equal-batches.js';

describe('equalBatches', () => {
  it('puts texts of one length together and fills up with the last', () => {
    expect(equalBatches([3, 5, 3, 3, 5], 2)).toEqual([
      [0, 2],
      [3, 3],
      [1, 4],
    ]);
    expect(equalBatches([4], 3)).toEqual([[0, 0, 0]]);
    expect(equalBatches([], 3)).toEqual([]);
  });
});
