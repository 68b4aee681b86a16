import { describe, expect, it } from '@jest/globals';
import type { Trial } from '../trial.js';
import { isPruned, rungsOf } from './pruning.js';

const peer = (number: number, ...values: number[]): Trial => ({
  number,
  configuration: {},
  state: 'complete',
  reports: values.map((value, i) => ({ budget: 3 ** i, value })),
});

const pruning = {
  pruner: { use: 'asha', minimum: 1, reduction: 3 },
  maximum: 9,
  peers: [peer(0, 0.5, 0.6), peer(1, 0.4, 0.7), peer(2, 0.6, 0.8), peer(3, 0.3, 0.5)],
  direction: 'maximise',
} as const;

describe('rungsOf', () => {
  it('are those of the pruner, or every unit of the budget', () => {
    expect(rungsOf({ number: 4, pruning })).toEqual([
      { budget: 1, share: 1 / 9 },
      { budget: 3, share: 1 / 3 },
    ]);
    const median = { ...pruning, pruner: { use: 'median', startupTrials: 5, warmup: 0 } } as const;
    const budgets = (maximum: number) =>
      rungsOf({ number: 4, pruning: { ...median, maximum } }).map(({ budget }) => budget);
    expect(budgets(4)).toEqual([1, 2, 3]);
    expect(budgets(3.5)).toEqual([1, 2, 3]);
    expect(rungsOf({ number: 4 })).toEqual([]);
  });
});

describe('isPruned', () => {
  it('ends a trial that is not among the best third at any rung it has reached', () => {
    const job = { number: 4, pruning };
    expect(isPruned(job, [])).toBe(false);
    expect(isPruned(job, [{ budget: 1, value: 0.65 }])).toBe(false);
    expect(isPruned(job, [{ budget: 1, value: 0.2 }])).toBe(true);
    // What was decided once stays decided, whatever came after.
    expect(
      isPruned(job, [
        { budget: 1, value: 0.2 },
        { budget: 3, value: 0.9 },
      ]),
    ).toBe(true);
    expect(
      isPruned(job, [
        { budget: 1, value: 0.65 },
        { budget: 3, value: 0.1 },
      ]),
    ).toBe(true);
    expect(isPruned({ number: 4 }, [{ budget: 1, value: 0 }])).toBe(false);
  });
});
