import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import type { AnyComponent, Task } from '@distiller/core';
import { dataPlugin } from './plugin.js';
import { loadTokenizer } from './tokenizers/load-tokenizer.js';

const folder =
  process.env['DISTILLER_DATA'] ??
  fileURLToPath(new URL('../../../../shared/data', import.meta.url));
const isThere = existsSync(folder);
if (!isThere) console.info(`Skipped: no real data in ${folder}; set DISTILLER_DATA to its folder.`);
const describeWithData = isThere ? describe : describe.skip;

async function task(name: string, settings: object): Promise<Task> {
  const found = dataPlugin.components.find((component) => component.name === name) as AnyComponent;
  const services = { resolvePath: (path: string) => join(folder, path) };
  return (await found.create(found.settings.parse(settings), services)) as Task;
}

/** Examples and labelled examples of each split. */
async function sizes(made: Task): Promise<Record<string, readonly [number, number]>> {
  const counts: Record<string, readonly [number, number]> = {};
  for (const split of made.splits) {
    let count = 0;
    let labelled = 0;
    for await (const { label } of made.read(split)) {
      count++;
      if (label !== undefined) labelled++;
    }
    counts[split] = [count, labelled];
  }
  return counts;
}

describeWithData('real data', () => {
  it.each([
    ['sst-2', 'SST-2', { train: 67_349, validation: 872, test: 1821 }, false],
    ['cola', 'CoLA', { train: 8551, validation: 1043, test: 1063 }, false],
    ['mrpc', 'MRPC', { train: 3668, validation: 408, test: 1725 }, true],
    ['rte', 'RTE', { train: 2490, validation: 277 }, false],
    ['sts-b', 'STS-B', { train: 5749, validation: 1500, test: 1379 }, true],
    ['wnli', 'WNLI', { train: 635, validation: 71, test: 146 }, false],
    ['qnli', 'QNLI', { validation: 5463 }, false],
  ])('%s has its published sizes', async (name, place, expected, isTestLabelled) => {
    const found = await sizes(await task(name, { folder: join('glue', place) }));
    for (const [split, count] of Object.entries(expected)) {
      const isLabelled = split !== 'test' || isTestLabelled;
      expect([split, found[split]]).toEqual([split, [count, isLabelled ? count : 0]]);
    }
    expect(Object.keys(found)).toEqual(Object.keys(expected));
  });

  it('reads labels before texts, in latin1', async () => {
    const made = await task('file', {
      train: 'text/trec6/TREC.train.all',
      validation: 'text/trec6/TREC.test.all',
      format: 'tsv',
      delimiter: ' ',
      columns: 2,
      header: false,
      encoding: 'latin1',
      text: 1,
      label: 0,
    });
    expect(made.labels).toEqual(['0', '1', '2', '3', '4', '5']);
    expect(await sizes(made)).toEqual({ train: [5452, 5452], validation: [500, 500] });
  });

  it('reads text; label', async () => {
    const made = await task('file', {
      train: 'text/emotion/train.txt',
      validation: 'text/emotion/val.txt',
      format: 'tsv',
      delimiter: ';',
      label: 'label_name',
    });
    expect(made.labels).toEqual(['anger', 'fear', 'joy', 'love', 'sadness', 'surprise']);
    expect(await sizes(made)).toEqual({ train: [16_000, 16_000], validation: [2000, 2000] });
  });

  it('encodes as the Rust tokenizer does', async () => {
    const tokenizer = await loadTokenizer(join(folder, 'bert-vocab'));
    expect(tokenizer.vocabularySize).toBe(30_522);
    const encode = (...texts: [string] | [string, string]) => tokenizer.encode(texts, 9).ids;
    // Expected values: tokenizers (Python), Tokenizer.from_file('bert-vocab/tokenizer.json'), padding off,
    // enable_truncation(9), .encode(…).ids
    expect(encode("naïve café, don't!")).toEqual([
      101, 15743, 7668, 1010, 2123, 1005, 1056, 999, 102,
    ]);
    expect(encode('ΟΔΟΣ')).toEqual([101, 1169, 29722, 29730, 29733, 102]);
    expect(encode('\u{20000}丈 x')).toEqual([101, 100, 100, 1060, 102]);
    expect(encode('[MASK] it')).toEqual([101, 103, 2009, 102]);
    expect(encode('a b c d e f g', 'h i j')).toEqual([
      101, 1037, 1038, 1039, 102, 1044, 1045, 1046, 102,
    ]);
  });
});
