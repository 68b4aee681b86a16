import { expect, it } from '@jest/globals';
import { keepEnded } from './keep-ended.js';

it('lets ended rows say their end again, whatever starts a row', () => {
  const rows = () => [1, 2, 3].map(() => ({ data: Float32Array.of(1, 2, 3, 4) }));
  const logits = rows();
  const none = -Infinity;
  const out = keepEnded([2, 3])(
    [
      [2n, 1n, 0n],
      [2n, 2n, 1n],
      [2n, 1n, 3n],
    ],
    logits,
  );
  expect(out).toBe(logits);
  expect(logits.map(({ data }) => [...data])).toEqual([
    [1, 2, 3, 4],
    [none, none, 0, none],
    [none, none, none, 0],
  ]);
  expect(keepEnded([])([[2n, 2n]], rows())).toEqual(rows());
});
