import { describe, expect, it } from '@jest/globals';
import { createRng } from '@distiller/core';
import { sampleTasks, taskShares } from './sample-tasks.js';

describe('taskShares', () => {
  // 100 and 400 texts: roots 10 and 20; τ = 1 leaves 100 : 400, τ = 0 makes them alike.
  it.each([
    [0.5, [1 / 3, 2 / 3]],
    [1, [0.2, 0.8]],
    [0, [0.5, 0.5]],
  ])('with exponent %d are %j', (exponent, expected) => {
    const shares = taskShares([100, 400], exponent);
    shares.forEach((share, index) => expect(share).toBeCloseTo(expected[index] as number, 15));
  });
});

describe('sampleTasks', () => {
  const shares = [0.2, 0.5, 0.3];
  const sampled = sampleTasks(shares, 10_000, createRng(3));

  it('draws each task about as often as its share says', () => {
    // Four standard deviations of a binomial share, √(p(1 − p)/10,000) ≤ 0.005.
    sampled.counts.forEach((count, task) =>
      expect(Math.abs(count / 10_000 - (shares[task] as number))).toBeLessThan(0.02),
    );
  });

  it('numbers the batches of each task without a gap', () => {
    const next = [0, 0, 0];
    sampled.tasks.forEach((task, index) => {
      expect(sampled.places[index]).toBe(next[task]);
      next[task] = (next[task] ?? NaN) + 1;
    });
    expect(sampled.counts).toEqual(next);
  });

  it('finds the same tasks whatever the number of batches', () => {
    const fewer = sampleTasks(shares, 100, createRng(3));
    expect(fewer.tasks).toEqual(sampled.tasks.slice(0, 100));
    expect(fewer.places).toEqual(sampled.places.slice(0, 100));
  });

  it('takes the task in whose share a number falls', () => {
    const numbers = [0, 0.199, 0.2, 0.699, 0.7, 0.999];
    const rng = { ...createRng(1), uniform: () => numbers.shift() as number };
    expect([...sampleTasks(shares, 6, rng).tasks]).toEqual([0, 0, 1, 1, 2, 2]);
  });
});
