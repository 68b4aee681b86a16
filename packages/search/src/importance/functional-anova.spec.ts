import { describe, expect, it } from '@jest/globals';
import { createRng } from '@distiller/core';
import type { Configuration, SearchSpace } from '../space.js';
import { importanceOf, type Importance } from './functional-anova.js';
import { importanceOverTasks } from './task-importance.js';

/** Every effect as `name: importance`. */
function effects({ main, pairs }: Importance): Record<string, number> {
  return Object.fromEntries([...main, ...pairs].map(({ name, importance }) => [name, importance]));
}

function expectNear(given: Record<string, number>, expected: Record<string, number>): void {
  for (const [name, value] of Object.entries(given)) {
    const difference = Math.abs(value - (expected[name] ?? 0));
    expect({ name, difference: difference <= 0.02 ? 'small' : difference }).toEqual({
      name,
      difference: 'small',
    });
  }
}

function uniformTrials(
  names: readonly string[],
  low: number,
  high: number,
  count: number,
  f: (x: number, y: number, z: number) => number,
) {
  const rng = createRng(11);
  return Array.from({ length: count }, () => {
    const x = names.map(() => low + (high - low) * rng.uniform());
    return {
      configuration: Object.fromEntries(names.map((name, i) => [name, x[i] as number])),
      score: f(x[0] ?? 0, x[1] ?? 0, x[2] ?? 0),
    };
  });
}

function interval(names: readonly string[], low: number, high: number): SearchSpace {
  return { parameters: names.map((name) => ({ kind: 'float', name, low, high })) };
}

describe('importanceOf', () => {
  it('finds the effects of a sum and a product of levels', () => {
    // f = A + B·C with A ∈ {0, 1, 2}, B, C ∈ {−1, 1} × noise-free, D idle: V_A = 2/3, V_BC = 1, V = 5/3.
    const space: SearchSpace = {
      parameters: [
        { kind: 'categorical', name: 'a', values: [0, 1, 2] },
        { kind: 'categorical', name: 'b', values: [-1, 1] },
        { kind: 'categorical', name: 'c', values: [-1, 1] },
        { kind: 'categorical', name: 'd', values: ['x', 'y'] },
      ],
    };
    const trials = [0, 1, 2].flatMap((a) =>
      [-1, 1].flatMap((b) =>
        [-1, 1].flatMap((c) =>
          ['x', 'y'].flatMap((d) =>
            Array.from({ length: 8 }, () => ({ configuration: { a, b, c, d }, score: a + b * c })),
          ),
        ),
      ),
    );
    expectNear(effects(importanceOf(space, trials)), { a: 0.4, 'b & c': 0.6 });
    for (const kind of ['categorical', 'ordered'] as const) {
      const [a, ...rest] = space.parameters as [SearchSpace['parameters'][0], never];
      const shaped = { parameters: [{ ...a, kind } as typeof a, ...rest] };
      const { levels } = importanceOf(shaped, trials);
      const gains = Object.fromEntries(
        levels.map((one) => [`${one.factor} ${one.level}`, one.gain]),
      );
      expectNear(gains, { 'a 0': -1, 'a 2': 1 });
      expect(Object.keys(gains)).toHaveLength(9);
    }
  });

  it('finds the effects of a linear function with a product on an interval', () => {
    // f = 2x + y + 3(x − ½)(z − ½) on [0, 1]³: V_x = 4/12, V_y = 1/12, V_xz = 9/144; V = 23/48.
    const names = ['x', 'y', 'z'];
    const trials = uniformTrials(
      names,
      0,
      1,
      2000,
      (x, y, z) => 2 * x + y + 3 * (x - 0.5) * (z - 0.5),
    );
    const found = importanceOf(interval(names, 0, 1), trials, { trees: 16, columnShare: 1 });
    expectNear(effects(found), { x: 16 / 23, y: 4 / 23, 'x & z': 3 / 23 });
  });

  it('measures numbers on a log scale in their logarithm', () => {
    // Score 1 below 10⁻³ of [10⁻⁴, 1] in the one, below ¼ of [0, 1] in the other: both a quarter of the measure, and independent.
    const space: SearchSpace = {
      parameters: [
        { kind: 'float', name: 'rate', low: 1e-4, high: 1, log: true },
        { kind: 'float', name: 'share', low: 0, high: 1 },
      ],
    };
    const rng = createRng(2);
    const trials = Array.from({ length: 1000 }, () => {
      const configuration = { rate: 10 ** (-4 * rng.uniform()), share: rng.uniform() };
      const score = Number(configuration.rate < 1e-3) + Number(configuration.share < 0.25);
      return { configuration, score };
    });
    expectNear(effects(importanceOf(space, trials, { columnShare: 1 })), { rate: 0.5, share: 0.5 });
  });

  it('totals what happens within a stage', () => {
    const values = [-1, 1];
    const space: SearchSpace = {
      parameters: [
        { kind: 'categorical', name: 'a', values, stage: 'first' },
        { kind: 'categorical', name: 'b', values, stage: 'first' },
        { kind: 'categorical', name: 'c', values, stage: 'second' },
      ],
    };
    const trials = values.flatMap((a) =>
      values.flatMap((b) =>
        values.flatMap((c) =>
          Array.from({ length: 16 }, () => ({
            configuration: { a, b, c },
            score: a + a * b + c + b * c, // within first: 2; within second: 1; between: 1
          })),
        ),
      ),
    );
    const { stages, main, pairs } = importanceOf(space, trials);
    expect(stages.map(({ name }) => name)).toEqual(['first', 'second']);
    expect(stages[0]?.importance).toBeCloseTo(0.5, 1);
    expect(stages[1]?.importance).toBeCloseTo(0.25, 1);
    const within = [main[0], main[1], pairs[0]].map((effect) => effect?.importance as number);
    expect(stages[0]?.importance).toBeCloseTo(
      within.reduce((sum, one) => sum + one),
      10,
    );
  });

  it('lets every effect of every tree add up to the whole', () => {
    const names = ['x', 'y'];
    const trials = uniformTrials(names, 0, 1, 60, (x, y) => x * y);
    const found = effects(importanceOf(interval(names, 0, 1), trials));
    expect(Object.values(found).reduce((sum, one) => sum + one)).toBeCloseTo(1, 10);
  });

  it('says nothing where nothing varies', () => {
    const trials = uniformTrials(['x', 'y'], 0, 1, 20, () => 3);
    const found = importanceOf(interval(['x', 'y'], 0, 1), trials);
    expect(found.trees).toBe(0);
    expect(effects(found)).toEqual({ x: 0, y: 0, 'x & y': 0 });
  });

  it('leaves out factors of one level', () => {
    const space: SearchSpace = {
      parameters: [
        { kind: 'categorical', name: 'a', values: ['only'] },
        { kind: 'float', name: 'x', low: 0, high: 1 },
        { kind: 'float', name: 'y', low: 1, high: 1 },
      ],
    };
    const trials = [0, 0.5, 1].map((x) => ({ configuration: { a: 'only', x, y: 1 }, score: x }));
    expect(importanceOf(space, trials, { minLeaf: 1 }).main.map(({ name }) => name)).toEqual(['x']);
  });

  it.each([
    [[], 'There are no trials with a score; importances need two at least.'],
    [[1], 'There is one trial with a score; importances need two at least.'],
    [[1, NaN], 'A trial: the score is NaN; expected a finite number. Leave the trial out.'],
  ])('refuses scores %j', (scores, message) => {
    const trials = scores.map((score) => ({ configuration: { x: 0.5 } as Configuration, score }));
    expect(() => importanceOf(interval(['x'], 0, 1), trials)).toThrow(message);
  });
});

describe('importanceOverTasks', () => {
  it('averages over tasks, and a choice that a task lacks counts 0', () => {
    const points = [0, 1].flatMap((a) => [0, 1].map((b) => ({ a, b })));
    const trials = Array.from({ length: 8 }, () => points).flat();
    const result = importanceOverTasks(
      (own) => ({
        parameters: ['a', 'b'].map((name) => ({
          kind: 'categorical',
          name,
          values: own[0]?.task === 'one' && name === 'b' ? [0] : [0, 1],
        })),
      }),
      [
        ...trials.map(({ a }) => ({ configuration: { a, b: 0 }, score: a, task: 'one' })),
        ...trials.map(({ a, b }) => ({ configuration: { a, b }, score: b, task: 'two' })),
      ],
    );
    expect(result.tasks.map(({ task, trials: count }) => [task, count])).toEqual([
      ['one', 32],
      ['two', 32],
    ]);
    expect(result.mean.main).toEqual([
      { name: 'a', importance: 0.5, deviation: expect.closeTo(Math.SQRT1_2, 10) },
      { name: 'b', importance: 0.5, deviation: expect.closeTo(Math.SQRT1_2, 10) },
    ]);
    // a brings ±½ in task one and nothing in task two; b is a choice in task two alone.
    const deviation = expect.closeTo(Math.SQRT1_2 / 2, 10);
    expect(result.mean.levels).toEqual([
      { factor: 'a', level: '1', gain: expect.closeTo(0.25, 10), deviation },
      { factor: 'a', level: '0', gain: expect.closeTo(-0.25, 10), deviation },
      { factor: 'b', level: '1', gain: expect.closeTo(0.5, 10), deviation: 0 },
      { factor: 'b', level: '0', gain: expect.closeTo(-0.5, 10), deviation: 0 },
    ]);
  });
});
