import fc from 'fast-check';
import type { Trial } from '../trial.js';
import { createPruner } from './create-pruner.js';
import { bracketShares, dealer } from './hyperband.js';
import { rungsOf } from './successive-halving.js';

/** Reports at the given budgets. */
function reported(values: Readonly<Record<number, number>>): Trial['reports'] {
  return Object.entries(values).map(([budget, value]) => ({ budget: Number(budget), value }));
}

function trial(
  number: number,
  values: Record<number, number>,
  state: Trial['state'] = 'complete',
): Trial {
  return { number, configuration: {}, state, reports: reported(values) };
}

/** Values of trials 0, 1, … at budget 1. */
const atOne = (...values: number[]) => values.map((value, i) => trial(i, { 1: value }));

describe('pruner none', () => {
  it('stops nothing and needs no reports', () => {
    const none = createPruner({ use: 'none' }, 9);
    const request = { number: 9, reports: reported({ 1: 0 }), earlier: atOne(1, 1, 1, 1) };
    expect(none.decide({ ...request, direction: 'maximise' })).toBe('continue');
    expect(none.rungs(0)).toEqual([]);
  });
});

describe('pruner asha', () => {
  const asha = createPruner({ use: 'asha' }, 27);
  const decide = (values: Record<number, number>, earlier: Trial[], direction: 'maximise' | 'minimise' = 'maximise') =>
    asha.decide({ number: 99, reports: reported(values), earlier, direction }); // prettier-ignore

  it('has rungs at r·η^k below the whole budget', () => {
    expect(asha.rungs(0)).toEqual([1, 3, 9]);
    expect(rungsOf({ minimum: 2, maximum: 20, reduction: 3 })).toEqual([2, 6, 18]);
  });

  it('decides as by hand', () => {
    // n counts the trial itself; ⌊n/3⌋ places, at least one.
    expect(decide({ 1: 0.1 }, [])).toBe('continue'); // 1 of 1
    expect(decide({ 1: 0.1 }, atOne(0.5))).toBe('prune'); // 2nd of 2, one place
    expect(decide({ 1: 0.6 }, atOne(0.5))).toBe('continue'); // 1st of 2
    expect(decide({ 1: 0.5 }, atOne(0.6, 0.1, 0.2, 0.3))).toBe('prune'); // 2nd of 5, one place
    expect(decide({ 1: 0.5 }, atOne(0.6, 0.1, 0.2, 0.3, 0.4))).toBe('continue'); // 2nd of 6, two places
    expect(decide({ 1: 0.5 }, atOne(0.6, 0.7, 0.2, 0.3, 0.4))).toBe('prune'); // 3rd of 6
  });

  it('takes smaller as better where asked', () => {
    expect(decide({ 1: 0.1 }, atOne(0.5, 0.4), 'minimise')).toBe('continue');
    expect(decide({ 1: 0.6 }, atOne(0.5, 0.4), 'minimise')).toBe('prune');
  });

  it('keeps equals together', () => {
    expect(decide({ 1: 0.5 }, atOne(0.5, 0.5, 0.1))).toBe('continue');
  });

  it('compares at the rung that was reached, with whatever got there', () => {
    const earlier = [
      trial(0, { 1: 0.9, 3: 0.2 }),
      trial(1, { 1: 0.8 }, 'pruned'),
      trial(2, { 1: 0.1, 4: 0.9 }, 'running'), // 4 is its first report at rung 3 or beyond
    ];
    expect(decide({ 1: 0.9, 3: 0.5 }, earlier)).toBe('prune'); // 2nd of 3
    expect(decide({ 1: 0.1, 3: 0.95 }, earlier)).toBe('continue');
  });

  it('decides nothing between rungs and judges jumps at each rung', () => {
    expect(decide({ 1: 0.9, 2: 0 }, atOne(0.5))).toBe('continue');
    expect(decide({ 4: 0.6 }, [trial(0, { 1: 0.7 })])).toBe('prune');
    expect(decide({ 4: 0.6 }, [trial(0, { 1: 0.5, 3: 0.9 })])).toBe('prune');
    expect(decide({ 4: 0.6 }, [trial(0, { 1: 0.5, 3: 0.5 })])).toBe('continue');
  });

  it('takes NaN as worst, and ignores itself among the others', () => {
    expect(decide({ 1: NaN }, atOne(0.1))).toBe('prune');
    const self = trial(99, { 1: 0.9 });
    expect(decide({ 1: 0.1 }, [self])).toBe('continue');
  });

  it('keeps about one in η of trials in random order', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...Array(81).keys()], { minLength: 81 }), (order) => {
        const earlier: Trial[] = [];
        const kept = order.filter((value, number) => {
          const reports = reported({ 1: value });
          const decision = asha.decide({ number, reports, earlier, direction: 'maximise' });
          earlier.push(trial(number, { 1: value }));
          return decision === 'continue';
        });
        expect(kept).toContain(80); // the best is never stopped
        expect(kept.length).toBeLessThan(54);
      }),
      { numRuns: 50 },
    );
  });

  it('refuses a first rung that is no earlier than the end', () => {
    expect(() => createPruner({ use: 'asha', minimum: 9 }, 9)).toThrow(
      'pruner asha: the first rung is at budget 9 and a whole training has 9; expected a lower `minimum`',
    );
  });
});

describe('pruner median', () => {
  const median = createPruner({ use: 'median', startupTrials: 3, warmup: 2 }, 9);
  const decide = (values: Record<number, number>, earlier: Trial[]) =>
    median.decide({ number: 99, reports: reported(values), earlier, direction: 'minimise' });
  const earlier = [1, 2, 3, 4].map((value, i) => trial(i, { 1: 9, 2: value, 4: 0 }));

  it('compares the best so far with the median at the same budget', () => {
    // Median of 1, 2, 3, 4 is 2.5.
    expect(decide({ 2: 2.6 }, earlier)).toBe('prune');
    expect(decide({ 2: 2.5 }, earlier)).toBe('continue');
    expect(decide({ 1: 2.4, 2: 5 }, earlier)).toBe('continue');
    expect(decide({ 2: 3, 3: 2.6 }, earlier)).toBe('prune'); // nobody reported at 3: their last below
  });

  it('waits for warm-up and for enough complete trials', () => {
    expect(decide({ 1: 99 }, earlier)).toBe('continue');
    expect(decide({ 2: 99 }, earlier.slice(0, 2))).toBe('continue');
    const pruned = earlier.map((one): Trial => ({ ...one, state: 'pruned' }));
    expect(decide({ 2: 99 }, pruned)).toBe('continue');
  });
});

describe('pruner hyperband', () => {
  const hyperband = createPruner({ use: 'hyperband' }, 9);

  it('starts as many trials in a bracket as Hyperband does', () => {
    // R = 9, η = 3, s = 2, 1, 0: ⌈3/3 · 9⌉, ⌈3/2 · 3⌉, ⌈3/1 · 1⌉ trials. R = 81: the table of §3.4.
    expect(bracketShares(2, 3)).toEqual([9, 5, 3]);
    expect(bracketShares(4, 3)).toEqual([81, 34, 15, 8, 5]);
  });

  it('deals the trials out evenly', () => {
    const bracketOf = dealer([9, 5, 3]);
    const brackets = Array.from({ length: 34 }, (_, number) => bracketOf(number));
    expect([0, 1, 2].map((b) => brackets.filter((one) => one === b).length)).toEqual([18, 10, 6]);
    expect(brackets.slice(0, 6)).toEqual([0, 1, 0, 2, 0, 1]);
  });

  it('compares within a bracket only', () => {
    expect([0, 1, 3].map((number) => hyperband.rungs(number))).toEqual([[1, 3], [3], []]);
    const worst = { reports: reported({ 1: 0 }), direction: 'maximise' as const };
    const earlier = [trial(0, { 1: 0.5, 3: 0.5 })];
    expect(hyperband.decide({ ...worst, number: 2, earlier })).toBe('prune');
    expect(hyperband.decide({ ...worst, number: 1, earlier })).toBe('continue');
    const later = reported({ 3: 0 });
    expect(hyperband.decide({ ...worst, reports: later, number: 1, earlier })).toBe('continue');
    const same = [trial(5, { 3: 0.5 })];
    expect(hyperband.decide({ ...worst, reports: later, number: 1, earlier: same })).toBe('prune');
  });
});
