import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { inferSpace, withoutFillers } from './infer-space.js';
import { readTrialTable, type TrialColumns } from './trial-table.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'distiller-trials-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(text: string, columns: TrialColumns) {
  const path = join(folder, 'trials.csv');
  await writeFile(path, text);
  return readTrialTable(path, columns);
}

const TABLE = `loss,alpha,score,task,seed
mse,,0.5,rte,1
mi,0.1,0.75,rte,2
mi,0.9,1e-2,cola,1
`;

describe('readTrialTable', () => {
  it('reads numbers as numbers, and an empty cell as no value', async () => {
    const columns = { parameters: ['loss', 'alpha'], score: 'score', task: 'task' };
    const trials = await read(TABLE, { ...columns, repetition: 'seed' });
    expect(trials).toEqual([
      {
        place: join(folder, 'trials.csv:2'),
        configuration: { loss: 'mse' },
        score: 0.5,
        task: 'rte',
        repetition: '1',
      },
      expect.objectContaining({ configuration: { loss: 'mi', alpha: 0.1 }, score: 0.75 }),
      expect.objectContaining({ configuration: { loss: 'mi', alpha: 0.9 }, score: 0.01 }),
    ]);
  });

  it('keeps the rows asked for', async () => {
    const trials = await read(TABLE, {
      parameters: ['loss'],
      score: 'score',
      where: [{ column: 'task', in: ['cola', 'sst-2'] }],
    });
    expect(trials.map(({ score }) => score)).toEqual([0.01]);
  });

  it('says where a score is missing', async () => {
    await expect(read('a,score\nx,\n', { parameters: ['a'], score: 'score' })).rejects.toThrow(
      /trials\.csv:2: column "score" holds ""; expected a number\. Leave out trials without a score\.$/,
    );
  });

  it('says when nothing is left', async () => {
    const where = [{ column: 'task', in: ['mnli', 'qqp'] }];
    await expect(read(TABLE, { parameters: ['loss'], score: 'score', where })).rejects.toThrow(
      /trials\.csv has no row with task=mnli\|qqp; it has 3 in all\.$/,
    );
  });
});

function trials(...configurations: Record<string, string | number>[]) {
  return configurations.map((configuration) => ({ configuration, score: 0 }));
}

describe('inferSpace', () => {
  it('tells categories, levels and intervals from their values', () => {
    const many = Array.from({ length: 9 }, (_, i) => ({
      name: `n${i % 2}`,
      level: i % 3,
      whole: 10 - i,
      real: i / 2,
    }));
    expect(inferSpace(trials(...many), ['name', 'level', 'whole', 'real'])).toEqual({
      parameters: [
        { name: 'name', kind: 'categorical', values: ['n0', 'n1'] },
        { name: 'level', kind: 'ordered', values: [0, 1, 2] },
        { name: 'whole', kind: 'integer', low: 2, high: 10 },
        { name: 'real', kind: 'float', low: 0, high: 4 },
      ],
    });
  });

  it('does as it is told', () => {
    const given = trials({ a: 1, b: 0.1 }, { a: 2, b: 0.001 });
    const stages = { b: 'training' };
    expect(
      inferSpace(given, ['a', 'b'], { kinds: { a: 'categorical', b: 'log' }, stages }),
    ).toEqual({
      parameters: [
        { name: 'a', kind: 'categorical', values: [1, 2] },
        { name: 'b', kind: 'float', low: 0.001, high: 0.1, log: true, stage: 'training' },
      ],
    });
  });

  it('finds the parameter that decides whether another has a value', () => {
    const given = trials(
      { map: 'skip', loss: 'mse' },
      { map: 'last', loss: 'mi', alpha: 0.1 },
      { map: 'skip', loss: 'cmi', alpha: 0.9 },
    );
    const [, , alpha] = inferSpace(given, ['map', 'loss', 'alpha']).parameters;
    expect(alpha).toMatchObject({
      name: 'alpha',
      when: [{ parameter: 'loss', in: ['cmi', 'mi'] }],
    });
  });

  it('leaves out a parameter without values', () => {
    expect(inferSpace(trials({ a: 1 }), ['a', 'b']).parameters).toHaveLength(1);
  });

  it.each([
    [
      { kinds: { b: 'log' } },
      'Parameter "b" is to be log, so it must have numbers above 0; it has 0, 1.5.',
    ],
    [{ kinds: { b: 'integer' } }, 'so it must have whole numbers; it has 0, 1.5.'],
    [
      { kinds: { a: 'float' } },
      'Parameter "a" is to be float, so it must have numbers; it has x, y.',
    ],
    [{ stages: { c: 's' } }, '"c" is none of the parameters. Did you mean "a"? Known: a, b.'],
  ] as const)('refuses %j', (facts, message) => {
    const given = trials({ a: 'x', b: 0 }, { a: 'y', b: 1.5 });
    expect(() => inferSpace(given, ['a', 'b'], facts)).toThrow(message);
  });

  it('refuses a gap that nothing explains', () => {
    const given = trials({ a: 'x', b: 0 }, { a: 'x' });
    expect(() => inferSpace(given, ['a', 'b'])).toThrow(
      'A trial: there is no value of "b", and no parameter before it tells when it has one.',
    );
  });
});

describe('withoutFillers', () => {
  it('removes values whose conditions do not hold, and then what depends on them', () => {
    const given = trials({ a: 'x', b: 1, c: 2 }, { a: 'y', b: 1, c: 2 });
    const cleaned = withoutFillers(given, {
      b: [{ parameter: 'a', in: ['x'] }],
      c: [{ parameter: 'b', in: [1] }],
    });
    expect(cleaned.map(({ configuration }) => configuration)).toEqual([
      { a: 'x', b: 1, c: 2 },
      { a: 'y' },
    ]);
  });
});
