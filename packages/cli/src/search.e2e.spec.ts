import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { parseYaml } from '@distiller/core';
import { evaluateTrial, type TrialJob } from '@distiller/search';
import { openRecipe } from './open-recipe.js';
import { TinyWorkspace } from './tiny-workspace.fixture.js';

jest.setTimeout(180_000); // whole searches, in processes of their own

/** Six configurations that can be run, of students that learn in four steps. */
const STUDY = `name: small
recipe: recipe.yaml
space:
  parameters:
    - { name: training.learningRate, kind: float, low: 0.001, high: 0.1, log: true }
    - { name: loss, kind: categorical, values: [none, mse], stage: intermediate }
    - { name: intermediate.0.weight, kind: ordered, values: [0.5, 1, 2], when: [{ parameter: loss, in: [mse] }] }
patches:
  loss:
    none: {}
    mse: { intermediate: [{ use: hidden-mse, matching: { use: skip } }] }
trials: 5
concurrency: 2
`;

let workspace: TinyWorkspace;

beforeAll(async () => {
  workspace = await TinyWorkspace.make();
  await workspace.write('study.yaml', STUDY);
});

afterAll(() => workspace.remove());

async function succeed(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await workspace.run(args);
  if (code !== 0) throw new Error(stderr);
  return stdout;
}

describe('distiller search', () => {
  beforeAll(async () => {
    await succeed('search', 'study.yaml', '--out', 'found', '--workers', '2');
  });

  it('runs every trial, and tells status and best', async () => {
    const status = JSON.parse(await succeed('search', 'status', 'found', '--json'));
    expect(status).toMatchObject({ name: 'small', trials: 5, complete: 5, unfinished: [] });
    const best = JSON.parse(await succeed('search', 'best', 'found', '--json'));
    expect(best).toEqual(status.best);
    expect(await succeed('search', 'status', 'found')).toMatch(
      /^small: 5 trials, 5 complete\.\nbest +trial \d\nscore \(maximise\) +0\.\d{4}/,
    );
    expect(existsSync(workspace.path('found/trials/0000/seed-1/metrics.jsonl'))).toBe(true);
    expect(existsSync(workspace.path('found/trials/0000/seed-1/checkpoints'))).toBe(false);
  });

  it('writes the trials as a table', async () => {
    await succeed('search', 'export', 'found', '--csv', 'trials.csv');
    const [header, ...rows] = (await readFile(workspace.path('trials.csv'), 'utf8'))
      .trim()
      .split('\n');
    expect(header).toBe(
      'trial,state,training.learningRate,loss,intermediate.0.weight,value:score,spread:score,runs,steps,trainSeconds,reason',
    );
    expect(rows).toHaveLength(5);
    expect(rows[0]).toMatch(/^0,complete,0\.0\d+,(none,|mse,\d\.?\d*),0\.\d+,,1,4,\d\.\d{3},$/);
  });

  it('writes the best recipe, which makes the student of the trial', async () => {
    await succeed('search', 'best', 'found', '--recipe', 'best.yaml');
    const recipe = parseYaml(await readFile(workspace.path('best.yaml'), 'utf8'), 'best.yaml');
    expect(recipe).toMatchObject({ teacher: { signals: { cache: {} } }, engine: { threads: 1 } });
    const result = JSON.parse(await succeed('run', 'best.yaml', '--json', '--out', 'runs/best'));
    const { values } = JSON.parse(await succeed('search', 'best', 'found', '--json'));
    expect(result.scoredOn).toBe('validation');
    expect(result.rows.at(-1).scores[result.metric]).toBe(values[0]);
  });

  it('writes a study that trains the best again with other seeds', async () => {
    const options = ['--study', 'again.yaml', '--top', '2', '--seeds', '2,3'];
    await succeed('search', 'best', 'found', ...options);
    const file = await readFile(workspace.path('again.yaml'), 'utf8');
    const { sampler, recipe, ...study } = parseYaml(file, 'again.yaml') as Record<
      string,
      object
    > & { sampler: { configurations: object[] } };
    expect(study).toMatchObject({ name: 'small-again', trials: 2, seeds: [2, 3] });
    expect(recipe).toMatchObject({ teacher: { model: 'teacher' } });
    const best = JSON.parse(await succeed('search', 'best', 'found', '--json'));
    expect(sampler.configurations[0]).toEqual(best.configuration);
    await succeed('search', 'again.yaml', '--out', 'again', '--workers', '1');
    const status = JSON.parse(await succeed('search', 'status', 'again', '--json'));
    expect(status).toMatchObject({ complete: 2 });
  });

  it('gives its trials to the advisor, with what that must know of data and models', async () => {
    const args = ['advisor', 'collect', 'found', '--out', 'trials.json', '--source', 'small ones'];
    expect(await succeed(...args)).toMatch(/trials\.json: 5 trainings on tiny\.\n$/);
    const collected = JSON.parse(await readFile(workspace.path('trials.json'), 'utf8'));
    expect(collected.source).toBe('small ones');
    expect(collected.tasks.tiny).toMatchObject({ examples: 27, classes: 2, arity: 1 });
    expect(collected.models).toMatchObject({
      'bert 2×16': { layers: 2, width: 16 },
      bert: { layers: 1, width: 8 },
    });
    const evaluated = await succeed(
      ...['evaluate', 'teacher', '--recipe', 'recipe.yaml', '--split', 'validation', '--json'],
    );
    const teacher = JSON.parse(evaluated).scores.accuracy;
    const { best } = JSON.parse(await succeed('search', 'status', 'found', '--json'));
    const trial = collected.trials[best.trial];
    expect(trial).toMatchObject({ task: 'tiny', teacher: 'bert 2×16', student: 'bert' });
    expect(trial.configuration).toEqual(best.configuration);
    expect(trial.ratio).toBeCloseTo(best.values[0] / teacher, 12);
  });

  it('keeps from the advisor what students of a teacher did that scores nothing', async () => {
    // Of one class there is no correlation.
    const rows = (await readFile(workspace.path('reviews.tsv'), 'utf8')).split('\n');
    const fine = rows.filter((row) => row.endsWith('fine')).join('\n');
    await workspace.write('fine.tsv', `${rows[0] as string}\n${fine}\n`);
    const recipe = (await readFile(workspace.path('recipe.yaml'), 'utf8')).replace(
      'validation: { fraction: 0.25 }',
      'validation: fine.tsv, selects: matthews',
    );
    await workspace.write('one-class.yaml', recipe);
    const study = STUDY.replace('recipe.yaml', 'one-class.yaml').replace('trials: 5', 'trials: 1');
    await workspace.write('nothing.yaml', study);
    const apart = ['--workers', '1', '--cache', 'nothing-cache'];
    await succeed('search', 'nothing.yaml', '--out', 'nothing', ...apart);
    const args = ['advisor', 'collect', 'nothing', '--out', 'nothing.json'];
    const { code, stderr } = await workspace.run(args);
    expect(stderr).toMatch(
      /^The teacher of tiny has matthews 0 on the validation split\. .*above 0/m,
    );
    expect(code).toBe(2);
    expect(existsSync(workspace.path('nothing.json'))).toBe(false);
  });

  it('can be read where its folder has been moved to, with the recipe beside it', async () => {
    const [first = ''] = (await readFile(workspace.path('found/journal.jsonl'), 'utf8')).split(
      '\n',
    );
    expect(JSON.parse(first)).toMatchObject({ recipeFolder: '..' });
    expect(first).not.toContain(workspace.folder);
  });

  it('varies another recipe, and calls the study like it', async () => {
    await workspace.write(
      'open-study.yaml',
      STUDY.replace('recipe: recipe.yaml\n', '').replace('trials: 5', 'trials: 1'),
    );
    const without = await workspace.run(['search', 'open-study.yaml', '--out', 'without']);
    expect(without.code).toBe(2);
    expect(without.stderr).toMatch(/names no recipe to vary\. Add `recipe: FILE`, or.*--vary/);
    const recipe = await readFile(workspace.path('recipe.yaml'), 'utf8');
    await workspace.write(
      'other-recipe.yaml',
      `${recipe.replace(/^name: .*\n/m, '')}name: other\n`,
    );
    const args = ['--vary', 'other-recipe.yaml', '--out', 'other', '--workers', '1'];
    const settings = ['--set', 'seeds=[4]', '--set', 'recipe.training.maxSteps=2'];
    await succeed('search', 'open-study.yaml', ...args, ...settings);
    const status = JSON.parse(await succeed('search', 'status', 'other', '--json'));
    expect(status).toMatchObject({ name: 'other', complete: 1 });
    const folder = workspace.path('other/trials/0000/seed-4');
    const resolved = await readFile(join(folder, 'recipe.resolved.yaml'), 'utf8');
    expect(parseYaml(resolved, '')).toMatchObject({ seed: 4, training: { maxSteps: 2 } });
    const changed = await workspace.run(['search', 'open-study.yaml', ...args, '--resume']);
    expect(changed.stderr).toMatch(/holds another study: seeds, recipe differ\./);
    const wrong = ['search', 'open-study.yaml', ...args, '--set', 'trails=2'];
    expect((await workspace.run(wrong)).stderr).toMatch(/unknown setting "trails"/);
  });

  it('searches settings of components by their schemas', async () => {
    await workspace.write(
      'components.yaml',
      `recipe: recipe.yaml
components:
  - at: objectives.0
    kind: objective
    use: [kl, soft-cross-entropy]
    settings: { kl: { direction: true, temperature.number: { low: 1, high: 8, log: true } } }
trials: 2
`,
    );
    await succeed('search', 'components.yaml', '--out', 'components', '--workers', '1');
    const { best, complete } = JSON.parse(
      await succeed('search', 'status', 'components', '--json'),
    );
    expect(complete).toBe(2);
    expect(['kl', 'soft-cross-entropy']).toContain(best.configuration['objectives.0']);
    expect(await succeed('importance', 'components')).toContain('objectives.0');
    const options = ['--study', 'components-again.yaml', '--top', '1', '--seeds', '2'];
    await succeed('search', 'best', 'components', ...options);
    const again = ['components-again.yaml', '--out', 'components-again', '--workers', '1'];
    await succeed('search', ...again);
  });

  it('asks the teacher once about every text, whatever process needs it first', async () => {
    const stores = JSON.parse(await succeed('cache', 'verify', 'cache', '--json'));
    expect(stores.length).toBeGreaterThan(0);
    for (const store of stores) expect(store).toMatchObject({ texts: 27, flaws: [] });
    const bytes = stores.map(({ bytes: size }: { bytes: number }) => size);
    expect(new Set(bytes).size).toBe(stores.length);
  });

  it('leaves a finished study as it is, and refuses another in its folder', async () => {
    const before = await readFile(workspace.path('found/journal.jsonl'));
    const again = await workspace.run(['search', 'study.yaml', '--out', 'found']);
    expect(again.code).toBe(2);
    expect(again.stderr).toMatch(/already holds a study\. Go on with it by --resume/);
    await succeed('search', 'study.yaml', '--out', 'found', '--resume');
    await workspace.write('other.yaml', STUDY.replace('0.1,', '0.2,'));
    const other = await workspace.run(['search', 'other.yaml', '--out', 'found', '--resume']);
    expect(other.code).toBe(2);
    expect(other.stderr).toMatch(/found holds another study: space differs\. Only `trials`/);
    expect((await readFile(workspace.path('found/journal.jsonl'))).equals(before)).toBe(true);
  });

  it('stopped by Ctrl-C and resumed ends with the same trials', async () => {
    const args = ['search', 'study.yaml', '--out', 'stopped', '--workers', '2'];
    const stopped = await workspace.run(args, (said, controller) => {
      if (/Trial \d: score/.test(said)) controller.abort();
    });
    expect(stopped.code).toBe(1);
    expect(stopped.stderr).toMatch(/^Stopped with \d of 5 trials finished\. .*--resume/m);
    await succeed(...args, '--resume', '--workers', '1');
    await succeed('search', 'export', 'stopped', '--csv', 'stopped.csv');
    await succeed('search', 'export', 'found', '--csv', 'found.csv');
    expect(await withoutTimes('stopped.csv')).toBe(await withoutTimes('found.csv'));
  });
});

it('compares trials in training, over several seeds and objectives', async () => {
  const more = `seeds: [1, 2]
objectives: [{ name: score, direction: maximise }, { name: retained, direction: maximise }, { name: parameters, direction: minimise }]
pruner: { use: asha, reduction: 2 }
budget: { setting: training.maxSteps, min: 2, max: 8 }
`;
  await workspace.write(
    'pruned.yaml',
    STUDY.replace('trials: 5', 'trials: 3').replace(
      'kind: float, low: 0.001, high: 0.1, log: true',
      'kind: ordered, values: [1.0e-9, 0.03]',
    ) + more,
  );
  const args = ['search', 'pruned.yaml', '--out', 'pruned', '--json', '--workers', '2'];
  const summary = JSON.parse(await succeed(...args));
  expect(summary.complete + summary.pruned).toBe(3);
  expect(summary.front.map(({ trial }: { trial: number }) => trial)).toContain(summary.best.trial);
  expect(await succeed('search', 'status', 'pruned')).toMatch(
    /\nfront +score +retained +parameters\ntrial \d/,
  );
  const records = (await readFile(workspace.path('pruned/journal.jsonl'), 'utf8'))
    .trim()
    .split('\n');
  for (const record of records.map((line) => JSON.parse(line))) {
    if (record.kind !== 'finished') continue;
    const { state, reports, runs, values } = record.outcome;
    const steps = runs.map((run: { steps: number }) => run.steps);
    if (state === 'pruned') {
      expect(steps).toEqual([2 * reports.at(-1).budget]);
    } else {
      expect(steps).toEqual([8, 8]);
      expect(reports.map(({ budget }: { budget: number }) => budget)).toEqual([1, 2]);
      const [first, second] = runs;
      expect(values[0]).toBeCloseTo((first.scores.accuracy + second.scores.accuracy) / 2, 12);
      const retained = [first, second].map(
        (run) => run.scores.accuracy / run.teacherScores.accuracy,
      );
      expect(values[1]).toBeCloseTo(((retained[0] ?? 0) + (retained[1] ?? 0)) / 2, 12);
    }
  }
});

it('ends a trial early that is worse than the others, and knows it the next time', async () => {
  const {
    recipe,
    folder: recipeFolder,
    registry,
  } = await openRecipe(workspace.path('recipe.yaml'), [
    'training.maxSteps=4',
    'training.evaluateEvery=1',
  ]);
  const peers = [0, 1, 2].map((number) => ({
    number,
    configuration: {},
    state: 'complete' as const,
    reports: [
      { budget: 1, value: 0 },
      { budget: 2, value: 2 }, // no student reaches it
    ],
  }));
  const direction = 'maximise' as const;
  const job: TrialJob = {
    study: 'pruned',
    number: 3,
    runs: [1, 2].map((seed) => ({ seed, recipe })),
    recipeFolder,
    folder: workspace.path('one-trial'),
    cacheFolder: workspace.path('cache'),
    objectives: [{ name: 'score', direction }],
    pruning: {
      pruner: { use: 'asha', minimum: 1, reduction: 2 },
      maximum: 4,
      peers,
      direction,
    },
  };
  const heard: number[] = [];
  const { signal } = new AbortController();
  const evaluate = () =>
    evaluateTrial(job, ({ budget }) => heard.push(budget), {
      openRegistry: async () => registry,
      signal,
    });
  const outcome = await evaluate();
  expect(outcome).toMatchObject({ state: 'pruned', runs: [{ seed: 1, steps: 2 }] });
  expect(heard).toEqual([1, 2]);
  expect(await evaluate()).toEqual(outcome);
  expect(heard).toEqual([1, 2]);
});

async function withoutTimes(csv: string): Promise<string> {
  return (await readFile(workspace.path(csv), 'utf8')).replace(/,\d+\.\d{3},/g, ',,');
}

it.each([
  [
    'every problem of the study at once',
    'trials: 5',
    'trials: 0\nsampler: { use: randm }\nseeds: [1, 1]\ntrails: 3',
    [
      /The study .*study has 4 problems:|The study .* has \d problems:/,
      /trials: /,
      /sampler/,
      /unknown setting "trails"/,
    ],
  ],
  [
    'patches that fit no parameter',
    'none: {}',
    'nine: {}',
    [
      /patches\.loss\.nine: is no value of the parameter\. Did you mean "none"/,
      /patches\.loss\.none: is missing/,
    ],
  ],
])('tells %s', async (_, from, to, messages) => {
  await workspace.write('wrong.yaml', STUDY.replace(from, to));
  const { code, stderr } = await workspace.run(['search', 'wrong.yaml', '--out', 'wrong']);
  for (const message of messages) expect(stderr).toMatch(message);
  expect(code).toBe(2);
  expect(existsSync(workspace.path('wrong'))).toBe(false);
});

it('refuses a small space whose configurations make no recipe, before anything runs', async () => {
  const small = STUDY.replace(/ +- \{ name: training.*\n/, '').replace('use: skip', 'use: skipp');
  await workspace.write('small.yaml', small);
  const { code, stderr } = await workspace.run(['search', 'small.yaml', '--out', 'none']);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^3 of 4 configurations make no recipe that can be run\./m);
  expect(stderr).toMatch(/"loss":"mse".*intermediate\.0\.matching.*Did you mean "skip"/s);
  expect(existsSync(workspace.path('none'))).toBe(false);
});

it('refuses a choice that does not suit the data, before anything runs', async () => {
  // Numbers are predicted, of which a softened distribution can't be made.
  const recipe = await readFile(workspace.path('recipe.yaml'), 'utf8');
  await workspace.write('number.tsv', 'text\tlabel\ngood\t1\nbad\t0\nfine\t0.8\npoor\t0.1\n');
  const numbers = recipe.replace(
    /^task:.*\n( .*\n)*/m,
    'task: { use: file, kind: regression, train: number.tsv, validation: { fraction: 0.5 } }\n',
  );
  await workspace.write('numbers.yaml', numbers);
  const study = (more: string) =>
    STUDY.replace(
      'patches:\n',
      `${more}patches:
  kd:
    ce: { objectives: [{ use: soft-cross-entropy }] }
    mse: { objectives: [{ use: logit-mse }] }
`,
    ).replace('recipe.yaml', 'numbers.yaml');
  const kd = '    - { name: kd, kind: categorical, values: [ce, mse], stage: prediction }\n';
  await workspace.write('large.yaml', study(kd));
  const large = await workspace.run(['search', 'large.yaml', '--out', 'none']);
  expect(large.code).toBe(2);
  expect(large.stderr).toMatch(
    /^(\d+) of \1 configurations drawn from the space with kd = ce make no recipe that can be run\./m,
  );
  expect(large.stderr).toMatch(/soft-cross-entropy does not suit file: .*use logit-mse/);
  expect(existsSync(workspace.path('none'))).toBe(false);

  await workspace.write('gone.yaml', study(kd).replace('numbers.yaml', 'gone-recipe.yaml'));
  await workspace.write('gone-recipe.yaml', numbers.replace('number.tsv', 'gone.tsv'));
  const gone = await workspace.run(['search', 'gone.yaml', '--out', 'none']);
  expect(gone.stderr).toMatch(/^200 of 200 configurations drawn from the space make no recipe/m);
  expect(gone.stderr.match(/gone\.tsv/g)).toHaveLength(1); // one message, told once
  expect(existsSync(workspace.path('none'))).toBe(false);

  await workspace.write('small.yaml', study(kd).replace(/ +- \{ name: training.*\n/, ''));
  const small = await workspace.run(['search', 'small.yaml', '--out', 'none']);
  expect(small.stderr).toMatch(/^4 of 8 configurations make no recipe that can be run\./m);
  expect(existsSync(workspace.path('none'))).toBe(false);
});
