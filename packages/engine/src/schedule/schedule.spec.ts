import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Schedule } from '@distiller/core';
import { constantSchedule } from './constant.js';
import { cosineSchedule } from './cosine.js';
import { linearDecay } from './linear-decay.js';
import { linearGrowth } from './linear-growth.js';
import { linearSchedule } from './linear.js';

const factors = (schedule: Schedule, total: number) =>
  Array.from({ length: total }, (_, step) => schedule.factor(step, total));

function expectClose(found: readonly number[], expected: readonly number[]): void {
  expect(found.length).toBe(expected.length);
  found.forEach((value, i) => expect(value).toBeCloseTo(expected[i] as number, 12));
}

describe('linearSchedule', () => {
  it('rises over the warm-up and falls to 0', () => {
    // 6 steps, 2 of them warm-up: 0/2, 1/2, then (6 − s) / 4.
    expectClose(factors(linearSchedule({ warmupSteps: 2 }), 6), [0, 1 / 2, 1, 3 / 4, 1 / 2, 1 / 4]);
  });

  it('only falls without a warm-up', () => {
    expectClose(factors(linearSchedule({ warmup: 0 }), 4), [1, 3 / 4, 1 / 2, 1 / 4]);
  });

  it('warms up for a tenth of the steps by default, rounded up', () => {
    // 11 steps: ⌈1.1⌉ = 2 of warm-up.
    expectClose(factors(linearSchedule(), 11).slice(0, 4), [0, 1 / 2, 1, 8 / 9]);
  });
});

describe('cosineSchedule', () => {
  it('rises over the warm-up and falls along half a cosine', () => {
    // 8 steps, 2 of them warm-up: progress 0, 1/6 … 5/6, cosines of 0°, 30° … 150°.
    const root = Math.sqrt(3) / 2;
    const expected = [0, 0.5, ...[1, root, 0.5, 0, -0.5, -root].map((cos) => (1 + cos) / 2)];
    expectClose(factors(cosineSchedule({ warmup: 0.25 }), 8), expected);
  });
});

describe('constantSchedule', () => {
  it('stays at 1', () => {
    expectClose(factors(constantSchedule(), 3), [1, 1, 1]);
  });

  it('rises first when asked to', () => {
    expectClose(factors(constantSchedule({ warmupSteps: 2 }), 4), [0, 1 / 2, 1, 1]);
  });
});

describe('linearGrowth and linearDecay', () => {
  it('hand over from one to the other', () => {
    expectClose(factors(linearGrowth(), 4), [0, 1 / 4, 1 / 2, 3 / 4]);
    expectClose(factors(linearDecay(), 4), [1, 3 / 4, 1 / 2, 1 / 4]);
  });
});

describe.each([
  ['linear', linearSchedule],
  ['cosine', cosineSchedule],
  ['constant', constantSchedule],
])('%s', (name, create) => {
  it('stays in [0, 1] and ends its warm-up at 1', () => {
    const totals = fc.integer({ min: 1, max: 200 });
    fc.assert(
      fc.property(totals, fc.nat(250), (total, warmupSteps) => {
        const schedule = create({ warmupSteps });
        expect(factors(schedule, total).every((factor) => factor >= 0 && factor <= 1)).toBe(true);
        if (warmupSteps < total) expect(schedule.factor(warmupSteps, total)).toBe(1);
      }),
      { numRuns: 50, seed: 7 },
    );
  });

  it('refuses a warm-up out of range', () => {
    expect(() => create({ warmup: 100 })).toThrow(
      `${name}: warmup is 100 but must be a share of all steps, 0 to 1. For a number of steps use warmupSteps.`,
    );
    expect(() => create({ warmupSteps: 1.5 })).toThrow(
      `${name}: warmupSteps is 1.5 but must be a whole number of at least 0.`,
    );
  });
});
