import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { matrix } from './golden-scores.fixture.js';
import { leaveOneOut } from './leave-one-out.js';

/** In float64, each sum by itself. */
function plain(row: readonly number[]): number[] {
  return row.map((_, j) => {
    const others = row.filter((_, l) => l !== j).map(Math.fround);
    const top = Math.max(...others);
    const sum = others.reduce((total, score) => total + Math.exp(score - top), 0);
    return top + Math.log(sum / others.length);
  });
}

const ours = (rows: number[][]) => tf.tidy(() => leaveOneOut(matrix(rows)).arraySync());

function expectPlain(row: number[]): void {
  const [result] = ours([row, ...row.slice(1).map(() => row)]) as [number[]];
  plain(row).forEach((expected, j) => {
    expect(Math.abs((result[j] as number) - expected)).toBeLessThan(
      2e-6 * Math.max(1, Math.abs(expected)),
    );
  });
}

describe('leaveOneOut', () => {
  it('matches values worked out by hand', () => {
    // Powers 1, 2, 3, without one of them: means of 2 and 3, 1 and 3, 1 and 2.
    const row = [0, Math.log(2), Math.log(3)];
    const [first] = ours([row, row, row]) as [number[]];
    expect(first[0]).toBeCloseTo(Math.log(5 / 2), 6);
    expect(first[1]).toBeCloseTo(Math.log(2), 6);
    expect(first[2]).toBeCloseTo(Math.log(3 / 2), 6);
  });

  it('loses nothing to one column that outweighs the others, to ties, and to far scores', () => {
    expectPlain([40, 0.5, -0.25, 1]);
    expectPlain([0.5, -0.25, 17]);
    expectPlain([-50, 50, 50]);
    expectPlain([3, 3, 3, 3]);
    expectPlain([-50, 50]);
    expectPlain([1, 1 + 1e-6, -20, 0.99]);
  });

  it('agrees with each sum by itself, in float64', () => {
    const score = fc.double({ min: -50, max: 50, noNaN: true });
    fc.assert(fc.property(fc.array(score, { minLength: 2, maxLength: 9 }), expectPlain), {
      numRuns: 60,
      seed: 3,
    });
  });

  it('has the gradient of a softmax without the column', () => {
    const row = [40, 0.5, -0.25, 1];
    // d LOO_0 / d F_l over l ≠ 0: softmax of (0.5, −0.25, 1)
    const powers = [0.5, -0.25, 1].map(Math.exp);
    const total = powers.reduce((a, b) => a + b);
    const gradient = tf.tidy(() =>
      tf
        .grad((f) => tf.sum(tf.slice(leaveOneOut(f as tf.Tensor2D), [0, 0], [1, 1])))(
          matrix([row, row, row, row]),
        )
        .arraySync(),
    ) as number[][];
    const [first] = gradient as [number[]];
    expect(first[0]).toBe(0);
    powers.forEach((power, l) => expect(first[l + 1]).toBeCloseTo(power / total, 6));
  });
});
