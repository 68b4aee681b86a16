import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ROWS, TinyWorkspace } from './tiny-workspace.fixture.js';

/** Trials that say: mutual information is best, and mixup good. */
function trials(): string {
  const made = ['a', 'b', 'c'].flatMap((task) =>
    ['ce', 'mse', 'mi'].flatMap((loss) =>
      ['skip', 'last', 'emd'].flatMap((map) =>
        [false, true].map((mixup) => ({
          task,
          teacher: 'teacher',
          student: 'bert-tiny',
          configuration: { loss, ...(loss === 'mi' && { alpha: 0.9 }), map, kd: 'ce', mixup },
          ratio: 0.8 + (loss === 'mi' ? 0.1 : 0) + (mixup ? 0.05 : 0) + (map === 'last' ? 0.01 : 0),
        })),
      ),
    ),
  );
  const profile = { examples: 1000, classes: 2, arity: 1, baseline: 0.7 };
  return JSON.stringify({
    kind: 'distiller-trials',
    version: 1,
    source: 'made-up trials',
    tasks: { a: profile, b: { ...profile, examples: 5000 }, c: { ...profile, examples: 200 } },
    models: {
      teacher: { layers: 2, width: 16, parameters: 10_000 },
      'bert-tiny': { layers: 2, width: 128, parameters: 4_400_000 },
    },
    trials: made,
  });
}

let workspace: TinyWorkspace;
beforeAll(async () => {
  workspace = await TinyWorkspace.make();
  const lines = ROWS.map((row) => row.replace('\t', ','));
  await workspace.write('reviews.csv', ['review,verdict', ...lines, ''].join('\n'));
  await workspace.write('trials.json', trials());
  const { code, stderr } = await workspace.run([
    'advisor',
    'train',
    '--trials',
    'trials.json',
    '--out',
    'predictor.json',
  ]);
  if (code !== 0) throw new Error(stderr);
}, 120_000);
afterAll(() => workspace.remove());

const DATA = ['--data', 'reviews.csv', '--text', 'review', '--label', 'verdict'];

interface Advised {
  features: { examples: number; baseline: number };
  source: string;
  pipelines: {
    configuration: Record<string, unknown>;
    place: number;
    recipe?: string;
    retained?: number;
    failed?: string;
    reasons: { stage: string; gain: number }[];
  }[];
}

describe('distiller recommend', () => {
  it('asks the predictor of the package unless told otherwise', async () => {
    const { code, stdout } = await workspace.run(['recommend', ...DATA, '--json']);
    expect(code).toBe(0);
    const { source, pipelines } = JSON.parse(stdout) as Advised;
    expect(source).toMatch(/^the studies of this project/);
    expect(pipelines).toHaveLength(5);
  });

  it('names pipelines that differ in more than numbers, with reasons', async () => {
    const { code, stdout } = await workspace.run([
      'recommend',
      ...DATA,
      '--prior',
      'predictor.json',
      '--json',
    ]);
    expect(code).toBe(0);
    const { features, pipelines, source } = JSON.parse(stdout) as Advised;
    expect(features.examples).toBe(32); // of 36, a tenth held out, class by class
    expect(source).toBe('made-up trials');
    expect(pipelines[0]?.configuration).toMatchObject({ loss: 'mi', mixup: true });
    for (const { configuration } of pipelines) {
      expect(['mi', 'mse', 'ce']).toContain(configuration['loss']); // no other was tried
    }
    const kinds = pipelines.map(({ configuration: { alpha: _, ...kind } }) => JSON.stringify(kind));
    expect(new Set(kinds).size).toBe(pipelines.length);
    const gains = Object.fromEntries(
      pipelines[0]?.reasons.map(({ stage, gain }) => [stage, gain]) ?? [],
    );
    expect(gains['intermediate']).toBeGreaterThan(0);
    expect(gains['mixup']).toBeGreaterThan(0);
  });

  it('writes recipes, runs them and ranks what came out', async () => {
    const { code, stdout, stderr } = await workspace.run([
      'recommend',
      ...DATA,
      '--prior',
      'predictor.json',
      '--teacher',
      'teacher',
      '--out',
      'advice',
      '--top',
      '2',
      '--run',
      '--json',
    ]);
    expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
    const { pipelines } = JSON.parse(stdout) as Advised;
    const kept = pipelines.map(({ retained }) => retained as number);
    expect(kept).toHaveLength(2);
    expect(kept[0]).toBeGreaterThanOrEqual(kept[1] as number);
    const validated = await workspace.run(['config', 'validate', pipelines[0]?.recipe as string]);
    expect(validated.stdout).toContain('is a valid distill recipe');
  }, 120_000);

  it('ranks the others where a recipe fails', async () => {
    const options = ['--prior', 'predictor.json', '--teacher', 'teacher', '--out', 'advice'];
    // The first two have been run in this folder already.
    const { code, stdout, stderr } = await workspace.run([
      ...['recommend', ...DATA, ...options, '--top', '3', '--run', '--json'],
    ]);
    expect(stderr).toMatch(/advice-1 failed: .*advice-1/);
    expect(code).toBe(0);
    const { pipelines } = JSON.parse(stdout) as Advised;
    expect(pipelines.map(({ retained, failed }) => [typeof retained, typeof failed])).toEqual([
      ['number', 'undefined'],
      ['undefined', 'string'],
      ['undefined', 'string'],
    ]);
  }, 120_000);

  it.each([
    [['--student', 'bert-tini'], 'Did you mean "bert-tiny"?'],
    [['--out', 'advice'], 'Recipes need a teacher'],
    [['--run'], '--run needs --out'],
    [['--prior', 'trials.json'], /trials\.json has .*problems?/],
  ])('refuses %j', async (more, message) => {
    const { code, stderr } = await workspace.run([
      'recommend',
      ...DATA,
      '--prior',
      'predictor.json',
      ...more,
    ]);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(message);
  });
});

describe('distiller advisor', () => {
  it('judges on tasks left out, beside random choice', async () => {
    const { code, stdout } = await workspace.run([
      'advisor',
      'evaluate',
      '--trials',
      'trials.json',
      '--setting',
      'teacher:bert-tiny',
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^stack .*\d\.\d{3}/m);
    expect(stdout).toMatch(/^random +0\.000/m);
    expect(stdout).toContain('The stack by task');
  }, 120_000);

  it('needs trials', async () => {
    const { code, stderr } = await workspace.run(['advisor', 'evaluate']);
    expect(code).toBe(2);
    expect(stderr).toContain('There are no trials to learn from.');
  });
});
