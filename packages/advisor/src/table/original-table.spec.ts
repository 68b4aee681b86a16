import { rm } from 'node:fs/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { averageRepeats, repeatNoise } from './average-repeats.js';
import { cleanTable, flawsOf } from './clean-table.js';
import { writeTable, type Cells } from './original-table.fixture.js';
import { readOriginalTable } from './original-table.js';

const folders: string[] = [];
afterEach(() => Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true }))));

async function read(...lines: Cells[]) {
  const folder = await writeTable(lines);
  folders.push(folder);
  return readOriginalTable(folder);
}

describe('readOriginalTable', () => {
  it('leaves fillers out and reads places of augmenters as their order', async () => {
    const rows = await read(
      { intermediate_loss_type: 'mse', alpha: 0.9 },
      { intermediate_loss_type: 'mi', alpha: 0.9, mixup: 'True', contextual: 2, random: 1 },
    );
    expect(rows.map(({ configuration }) => configuration)).toEqual([
      {
        loss: 'mse',
        map: 'skip',
        kd: 'ce',
        mixup: false,
        augmentation: 'none',
      },
      {
        loss: 'mi',
        alpha: 0.9,
        map: 'skip',
        kd: 'ce',
        mixup: true,
        augmentation: 'random>contextual',
        augP: 0.3,
        repeatedAugmentation: 1,
      },
    ]);
    expect(rows[1]).toMatchObject({ task: 'rte', student: 'TinyBERT4', ratio: 0.9, score: 0.6 });
  });

  it.each<[Cells, RegExp]>([
    [{ kd_loss_type: 'kl' }, /csv:3: column "kd_loss_type" holds "kl"; .*"ce"\|"mse"/],
    [{ score: '' }, /csv:3: column "score" holds ""/],
    [{ ratio: 'n/a' }, /csv:3: column "ratio" holds "n\/a"/],
    [{ alpha: 2 }, /csv:3: column "alpha" holds "2"/],
    [{ mixup: 'maybe' }, /csv:3: column "mixup"/],
    [{ contextual: 2 }, /csv:3: the places of the augmenters are contextual 2, backtransl/],
    [{ contextual: 1, random: 1 }, /expected 1, 2, 3 for those used, each once/],
  ])('names what is wrong with %j', async (cells, message) => {
    await expect(read({}, cells)).rejects.toThrow(message);
    await expect(read({}, cells)).rejects.toMatchObject({ code: 'input' });
  });

  it('names a folder without the table', async () => {
    await expect(readOriginalTable('/no-such-folder')).rejects.toMatchObject({
      code: 'io',
      message: expect.stringContaining('/no-such-folder/auto_distiller_tabular_data.csv'),
    });
  });
});

describe('cleanTable', () => {
  it('drops runs whose head was never trained', async () => {
    const rows = await read(
      { task: 'stsb', kd_loss_type: 'ce' },
      { task: 'stsb', kd_loss_type: 'mse' },
    );
    expect(flawsOf(rows)).toEqual([['no-signal'], []]);
    expect(cleanTable(rows)).toEqual([rows[1]]);
  });

  it('drops accuracies among the F1 scores of MRPC', async () => {
    const rows = await read(
      { task: 'mrpc', score: 340 / 408 }, // .8333
      { task: 'mrpc', score: 340.02 / 408 }, // beside the whole number
      { task: 'mrpc', score: 360 / 408 }, // .8824: an F1 may look like that
      { task: 'rte', score: 340 / 408 },
    );
    expect(flawsOf(rows)).toEqual([['other-metric'], [], [], []]);
  });

  it('drops transport that made no difference between losses', async () => {
    const emd = { intermediate_strategy: 'emd' } as const;
    const rows = await read(
      { ...emd, intermediate_loss_type: 'mse', score: 0.81 },
      { ...emd, intermediate_loss_type: 'mi', alpha: 0.1, score: 0.81 },
      { ...emd, intermediate_loss_type: 'mse', score: 0.82 }, // alone
      { ...emd, intermediate_loss_type: 'mse', score: 0.82 }, // the same loss again
      { ...emd, intermediate_loss_type: 'cos', score: 0.81, mixup: 'TRUE' }, // another comparison
      { intermediate_loss_type: 'cos', score: 0.81 }, // no transport
      { ...emd, intermediate_loss_type: 'mi', alpha: 0.1, score: 0.83 },
      { ...emd, intermediate_loss_type: 'mi', alpha: 0.9, score: 0.83 },
    );
    const off = ['no-mapping'];
    expect(flawsOf(rows)).toEqual([off, off, [], [], [], [], off, off]);
  });
});

describe('averageRepeats', () => {
  it('takes the mean over runs of one pipeline, fillers notwithstanding', async () => {
    const rows = await read(
      { ratio: 0.9, alpha: 0.1, aug_p: 0.3 },
      { ratio: 0.5, Model: 'TinyBERT6' },
      { ratio: 0.8, alpha: 0.9, aug_p: 0.1 },
    );
    expect(averageRepeats(rows)).toMatchObject([
      { ratio: expect.closeTo(0.85, 12), runs: 2, student: 'TinyBERT4' },
      { ratio: 0.5, runs: 1, student: 'TinyBERT6' },
    ]);
    // Averaging averages weighs them by their runs: (2 · 0.85 + 0.7) / 3.
    const [merged] = averageRepeats([
      ...averageRepeats(rows).slice(0, 1),
      { ...(rows[0] as (typeof rows)[0]), ratio: 0.7 },
    ]);
    expect(merged).toMatchObject({ ratio: expect.closeTo(0.8, 12), runs: 3 });
  });
});

describe('repeatNoise', () => {
  it('pools squared deviations by degrees of freedom', async () => {
    const rows = await read(
      { ratio: 0.9 },
      { ratio: 0.8 }, // mean .85: 2 · .05² = .005, one degree
      { ratio: 0.7, kd_loss_type: 'mse' },
      { ratio: 0.7, kd_loss_type: 'mse' },
      { ratio: 1.0, kd_loss_type: 'mse' }, // mean .8: .01 + .01 + .04 = .06, two degrees
      { task: 'cola', ratio: 1 },
    );
    const noise = repeatNoise(rows);
    expect([...noise.keys()]).toEqual(['rte']);
    expect(noise.get('rte')?.degrees).toBe(3);
    expect(noise.get('rte')?.deviation).toBeCloseTo(Math.sqrt(0.065 / 3), 12);
  });
});
