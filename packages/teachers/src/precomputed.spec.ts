import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Example, TextModel } from '@distiller/core';
import { writeSafetensors } from '@distiller/engine';
import { teacherChecks } from '@distiller/testing';
import { precomputed, type PrecomputedOptions } from './precomputed.js';
import { batchOf, tinyTeacher } from './tiny-teacher.fixture.js';

const TEXTS = ['the cat', 'a dog sat', 'tab\there'];
const EXAMPLES = TEXTS.map((text, id): Example => ({ id: `train/${id}`, texts: [text] }));

let folder: string;
let model: TextModel;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'distiller-precomputed-'));
  model = await tinyTeacher();
  const lines = TEXTS.map((text, i) => ({ text, id: `train/${i}`, logits: [i, 1 - i] }));
  await write('said.jsonl', lines.map((line) => JSON.stringify(line)).join('\n'));
  await write('table.tsv', 'id\tno\tyes\ntrain/0\t0.25\t0.75\ntrain/1\t1\t0\ntrain/2\t0.5\t0.5\n');
  const tensor = (i: number) =>
    ({ dtype: 'float32', shape: [2], data: Float32Array.of(i, 1 - i) }) as const;
  await writeSafetensors(
    join(folder, 'said.safetensors'),
    Object.fromEntries(TEXTS.map((text, i) => [text, tensor(i)])),
  );
});

afterAll(() => rm(folder, { recursive: true }));

const write = (name: string, text: string) => writeFile(join(folder, name), text);

const open = (options: PrecomputedOptions) =>
  precomputed(options, { resolvePath: (path) => join(folder, path) });

async function logits(options: PrecomputedOptions): Promise<number[]> {
  const teacher = await open(options);
  const batch = { ...batchOf(model, TEXTS), examples: EXAMPLES };
  const { logits: found } = await teacher.signals(batch, { logits: true, layers: [] });
  return [...(found?.data ?? [])];
}

describe.each([
  ['JSONL', { file: 'said.jsonl' }],
  ['a table of probabilities by id', {
    file: 'table.tsv', key: 'id', values: 'probabilities', columns: ['no', 'yes'],
  }],
  ['safetensors', { file: 'said.safetensors' }],
] as [string, PrecomputedOptions][])('teacher precomputed from %s', (_, options) => {
  it.each(teacherChecks.map((check) => [check.name, check] as const))('%s', (name, check) =>
    check.run({ open: () => open(options), examples: EXAMPLES, tokenizer: model.tokenizer }),
  );
}); // prettier-ignore

describe('teacher precomputed', () => {
  it('gives the logits of the file, or the logarithms of its probabilities', async () => {
    const expected = [0, 1, 1, 0, 2, -1];
    expect(await logits({ file: 'said.jsonl' })).toEqual(expected);
    expect(await logits({ file: 'said.jsonl', key: 'id' })).toEqual(expected);
    expect(await logits({ file: 'said.safetensors' })).toEqual(expected);
    const options = { key: 'id', values: 'probabilities' } as const;
    const logs = await logits({ ...options, file: 'table.tsv', columns: ['no', 'yes'] });
    // ln 0 is taken for ln 10⁻¹² = −27.631021
    const said = [Math.log(0.25), Math.log(0.75), 0, -27.631021, Math.log(0.5), Math.log(0.5)];
    said.forEach((value, i) => expect(logs[i]).toBeCloseTo(value, 5));
  });

  it('names a text that it knows nothing of, before a run asks', async () => {
    const teacher = await open({ file: 'said.jsonl' });
    const example: Example = { id: 'test/4', texts: ['unheard', 'of'] };
    expect(() => teacher.assertKnows?.([...EXAMPLES, example])).toThrow(
      /said\.jsonl has nothing for the text "unheard\tof" \(test\/4\)/,
    );
    const batch = { ...batchOf(model, ['a']), examples: [example] };
    await expect(teacher.signals(batch, { logits: true, layers: [] })).rejects.toThrow(
      'has nothing for the text',
    );
  });

  it.each([
    ['{"text": "a", "logits": [1, 2]}\n{"text": "b", "logits": [1]}', /:2: "b" has the logits 1; expected 2 finite numbers\./],
    ['{"text": "a", "logits": [1, 2]}\n{"text": "a", "logits": [1, 3]}', /:2: "a" comes a second time with other numbers/],
    ['{"text": "a"}', /:1: expected \{"text": "…", "logits": \[numbers\]\}, but the line is/],
    ['not JSON', /:1: expected/],
    ['', /has no record/],
  ])('refuses the file %j', async (text, message) => {
    await write('wrong.jsonl', text);
    await expect(open({ file: 'wrong.jsonl' })).rejects.toThrow(message);
  }); // prettier-ignore

  it('refuses probabilities beyond 1, tables without columns and other counts of labels', async () => {
    await write('wrong.jsonl', '{"text": "a", "probabilities": [0.5, 1.5]}');
    await expect(open({ file: 'wrong.jsonl', values: 'probabilities' })).rejects.toThrow(
      '"a" has the probabilities 0.5, 1.5; expected 2 finite numbers from 0 to 1.',
    );
    await expect(open({ file: 'table.tsv' })).rejects.toThrow('name the column of each class');
    await write('wrong.tsv', 'text\tno\tyes\na\t1\tx\n');
    await expect(open({ file: 'wrong.tsv', columns: ['no', 'yes'] })).rejects.toThrow('1, NaN');
    await expect(open({ file: 'said.jsonl', labels: ['a', 'b', 'c'] })).rejects.toThrow(
      '3 labels are named, but',
    );
    await expect(open({ file: 'absent.jsonl' })).rejects.toThrow(/absent\.jsonl/);
  });
});
