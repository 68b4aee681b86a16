import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRng } from '@distiller/core';
import { leaveOneTaskOut } from '../evaluation/leave-one-task-out.js';
import type { Observation } from '../observation.js';
import { boosting, forest, predictTrees } from './tree-ensembles.js';
import type { LearnerFamily } from './families.js';
import { noiseWeights } from './learning-data.js';
import { Predictor } from './predictor.js';
import { predictRidge, ridge } from './ridge.js';
import { trainPredictor } from './train-predictor.js';
import type { TrialSet } from './trial-set.js';

const LOSSES = ['ce', 'mse', 'cos', 'mi'];
const AUGMENTATIONS = ['none', 'random', 'random>contextual'];

/** Tasks where mutual information is best, and mixup helps the more the smaller they are. */
function madeUp(seed = 1): TrialSet {
  const sizes = [500, 2000, 8000, 30_000, 120_000];
  const rng = createRng(seed);
  const observations: Observation[] = sizes.flatMap((examples) =>
    LOSSES.flatMap((loss) =>
      AUGMENTATIONS.flatMap((augmentation) =>
        [false, true].map((mixup) => ({
          task: `task-${examples}`,
          teacher: 'large',
          student: 'small',
          configuration: {
            loss,
            ...(loss === 'mi' && { alpha: 0.9 }),
            augmentation,
            mixup,
          },
          ratio:
            0.8 +
            (loss === 'mi' ? 0.1 : 0.02 * LOSSES.indexOf(loss)) +
            (mixup ? 0.05 * (10 - Math.log(examples)) : 0) +
            0.002 * rng.uniform(),
          runs: 1,
        })),
      ),
    ),
  );
  return {
    observations,
    tasks: Object.fromEntries(
      sizes.map((examples) => [
        `task-${examples}`,
        { examples, classes: 2, arity: 1, baseline: 0.7 },
      ]),
    ),
    models: {
      large: { layers: 12, width: 768, parameters: 1.1e8 },
      small: { layers: 2, width: 128, parameters: 4.4e6 },
    },
    noise: {},
  };
}

const families: readonly LearnerFamily[] = [
  {
    name: 'ridge',
    members: [ridge({ penalty: 3, contexts: [] }), ridge({ penalty: 3, contexts: ['examples'] })],
  },
  {
    name: 'boosted trees',
    members: [
      boosting({ trees: 20, depth: 2, rate: 0.2, minLeaf: 3, rowShare: 0.8, columnShare: 0.5 }),
    ],
  },
];

describe('ridge', () => {
  it('is the closed form', () => {
    // One column, standardised to ±1: β = Σ x (y − ȳ) / (Σ x² + penalty) = 4 / (4 + 4), ȳ = 2.
    const model = ridge({ penalty: 4, contexts: [] }).fit(
      {
        rows: [5, 5, 7, 7].map((x) => Float64Array.of(x, 1, 1, 1)),
        columns: ['x', 'student parameters', 'examples', 'single text'],
        pipelineColumns: 1,
        targets: Float64Array.of(1, 1, 3, 3),
        weights: Float64Array.of(1, 1, 1, 1),
      },
      createRng(1),
    );
    expect(predictRidge(model, [7, 1, 1, 1])).toBeCloseTo(2.5, 12);
    expect(predictRidge(model, [5, 1, 1, 1])).toBeCloseTo(1.5, 12);
  });

  it('counts a row of weight 2 as two rows', () => {
    const columns = ['x', 'student parameters', 'examples', 'single text'];
    const row = (x: number) => Float64Array.of(x, 1, 1, 1);
    const fit = (xs: number[], ys: number[], weights: number[]) =>
      ridge({ penalty: 2, contexts: ['examples'] }).fit(
        {
          rows: xs.map(row),
          columns,
          pipelineColumns: 1,
          targets: Float64Array.from(ys),
          weights: Float64Array.from(weights),
        },
        createRng(1),
      );
    const weighted = predictRidge(fit([1, 2, 4], [1, 0, 2], [1, 2, 1]), row(3));
    const repeated = predictRidge(fit([1, 2, 2, 4], [1, 0, 0, 2], [1, 1, 1, 1]), row(3));
    expect(weighted).toBeCloseTo(repeated, 12);
  });
});

describe('tree ensembles', () => {
  const rows = Array.from({ length: 60 }, (_, i) => Float64Array.of(i % 2, i));
  const data = {
    rows,
    columns: ['a', 'b'],
    pipelineColumns: 2,
    targets: Float64Array.from(rows, ([a = 0, b = 0]) => a + Number(b >= 30)),
    weights: new Float64Array(60).fill(1),
  };

  it.each([
    [
      'boosting',
      boosting({ trees: 80, depth: 2, rate: 0.3, minLeaf: 2, rowShare: 0.8, columnShare: 1 }),
    ],
    ['forest', forest({ trees: 60, depth: 6, minLeaf: 2, columnShare: 1 })],
  ])('%s learns two steps and is a function of the seed', (_, learner) => {
    const model = learner.fit(data, createRng(1));
    expect(predictTrees(model, [1, 50])).toBeCloseTo(2, 1);
    expect(predictTrees(model, [0, 10])).toBeCloseTo(0, 1);
    expect(learner.fit(data, createRng(1))).toEqual(model);
    expect(learner.fit(data, createRng(2))).not.toEqual(model);
  });
});

describe('noiseWeights', () => {
  it('counts a mean of runs by what noise it has left', () => {
    const of = (ratio: number, runs: number, task = 'a') =>
      ({ task, teacher: 't', student: 's', configuration: {}, ratio, runs }) as const;
    // Ratios 0 and 2: variance 1; noise ½, so its share is ½: 1 / (½ + ½ / n).
    const weights = noiseWeights([of(0, 1), of(2, 4), of(1, 2, 'b')], { a: Math.SQRT1_2 });
    expect(weights[0]).toBeCloseTo(1, 12);
    expect(weights[1]).toBeCloseTo(1.6, 12);
    expect(weights[2]).toBeCloseTo(4 / 3, 12); // unknown: the share of the others
  });
});

describe('trainPredictor', () => {
  let folder: string;
  let predictor: Predictor;
  const set = madeUp();
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'distiller-predictor-'));
    predictor = trainPredictor(set, { families, source: 'made up' });
  });
  afterAll(() => rm(folder, { recursive: true }));

  const small = { name: 'small', layers: 2, width: 128, parameters: 4.4e6 };
  const large = { name: 'large', layers: 12, width: 768, parameters: 1.1e8 };
  const ask = (examples: number, configuration: Observation['configuration']) =>
    predictor.predict({
      task: { examples, classes: 2, arity: 1, baseline: 0.7 },
      teacher: large,
      student: small,
      configuration,
    });

  it('ranks losses, and learns that mixup helps small tasks only', () => {
    const base = { augmentation: 'none', mixup: false };
    const mi = ask(1000, { ...base, loss: 'mi', alpha: 0.9 });
    const ce = ask(1000, { ...base, loss: 'ce' });
    expect(mi.place).toBeGreaterThan(ce.place);
    expect(mi.ratio).toBeGreaterThan(ce.ratio);
    const gain = (examples: number) =>
      ask(examples, { ...base, loss: 'cos', mixup: true }).place -
      ask(examples, { ...base, loss: 'cos' }).place;
    expect(gain(600)).toBeGreaterThan(0.1);
    expect(gain(100_000)).toBeLessThan(0);
    expect(predictor.data.learners[0]?.name).toBe('ridge 3, pipeline × examples');
    expect(mi.deviation).toBeGreaterThanOrEqual(predictor.data.deviation);
  });

  it('is the same bytes for the same seed, and comes back from its file', async () => {
    const path = join(folder, 'predictor.json');
    await predictor.save(path);
    const again = join(folder, 'again.json');
    await trainPredictor(madeUp(), { families, source: 'made up' }).save(again);
    expect(await readFile(again, 'utf8')).toBe(await readFile(path, 'utf8'));
    const loaded = await Predictor.load(path);
    expect(loaded.data).toEqual(predictor.data);
  });

  it('holds no trial: only learners, and how ratios are spread by task', () => {
    const text = JSON.stringify(predictor.data);
    for (const { ratio } of set.observations.slice(3, 9)) {
      const spread = predictor.data.tasks.flatMap(({ ratios }) => ratios);
      if (!spread.includes(ratio)) expect(text).not.toContain(String(ratio));
    }
  });

  it.each([
    ['{', /no JSON/],
    ['{"version": 2}', /of version 2; this program reads version 1/],
    ['{"version": 1, "kind": "distiller-predictor", "extra": 1}', /unknown setting "extra"/],
  ])('refuses a file that holds %s', async (text, message) => {
    const path = join(folder, 'bad.json');
    await writeFile(path, text);
    await expect(Predictor.load(path)).rejects.toMatchObject({
      code: 'input',
      message: expect.stringMatching(message),
    });
  });

  it('refuses trials without a description, and too few', () => {
    expect(() => trainPredictor({ ...set, models: {} }, { source: '' })).toThrow(
      'The model large has trials but no description. Described: none.',
    );
    expect(() => trainPredictor({ ...set, observations: [] }, { source: '' })).toThrow(
      'There are 0 trials to learn from',
    );
  });

  it('is judged on tasks that it has not seen', () => {
    const { contenders, chosen } = leaveOneTaskOut(set, {
      families,
      setting: { teacher: 'large', student: 'small' },
    });
    const named = Object.fromEntries(contenders.map((contender) => [contender.name, contender]));
    expect(named['stack']?.all.mean.spearman).toBeGreaterThan(0.8);
    expect(named['stack']?.all.mean.regret[1]).toBeLessThan(
      named['random']?.all.mean.regret[1] as number,
    );
    expect(named['stack']?.setting).toEqual(named['stack']?.all);
    // What comes first is the same whatever comes after it.
    const first = named['stack, as recommend names them']?.all.mean;
    expect(first?.regret[1]).toBe(named['stack']?.all.mean.regret[1]);
    expect(first?.spearman).toBe(named['stack']?.all.mean.spearman);
    expect(Object.keys(chosen)).toHaveLength(5);
  });

  it('does not see the task it is judged on', () => {
    // Turning a task's ratios round must not change what is predicted for it, so its correlation turns round.
    const turned = {
      ...set,
      observations: set.observations.map((observation) =>
        observation.task === 'task-2000'
          ? { ...observation, ratio: 2 - observation.ratio }
          : observation,
      ),
    };
    const of = (trials: TrialSet) =>
      leaveOneTaskOut(trials, { families }).contenders[0]?.all.tasks['task-2000']
        ?.spearman as number;
    expect(of(turned)).toBeCloseTo(-of(set), 10);
  });
});
