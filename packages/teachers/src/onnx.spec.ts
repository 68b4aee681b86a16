import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EncodedInputs, Engine, Program, TextModel } from '@distiller/core';
import { exportOnnx } from '@distiller/engine-onnx';
import { teacherChecks } from '@distiller/testing';
import { bert } from './bert.js';
import { onnx } from './onnx.js';
import { batchOf, cpuEngine, TEXTS, tinyTeacher } from './tiny-teacher.fixture.js';

const EXAMPLES = TEXTS.slice(0, 3).map((text, id) => ({ id: String(id), texts: [text] as const }));
const NAMES = { ids: 'input_ids', mask: 'attention_mask', types: 'token_type_ids' };

let folder: string;
let engine: Engine;
let model: TextModel;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'distiller-onnx-'));
  engine = await cpuEngine();
  model = await tinyTeacher();
  await model.save(join(folder, 'model'));
  await mkdir(join(folder, 'model/onnx'));
  await write('model.onnx', 'sequence');
  await write('fixed.onnx', 40);
});

afterAll(() => rm(folder, { recursive: true }));

/** Exports the model for one length or any, with other names for inputs and output if given. */
async function write(
  file: string,
  length: number | string,
  names: Readonly<Record<string, string>> = NAMES,
  output = 'logits',
): Promise<void> {
  const program: Program = (params, inputs, context) => ({
    outputs: { logits: model.forward(params, inputs as EncodedInputs, context).logits },
  });
  const bytes = exportOnnx(program, model.weights, {
    inputs: Object.entries(names).map(([name, as]) => ({ name, as, shape: ['batch', length] })),
    outputs: { logits: output },
    ...(length === 'sequence' && { limits: { sequence: 40 } }),
  });
  await writeFile(join(folder, 'model/onnx', file), bytes);
}

const open = (file = 'model.onnx') =>
  onnx(
    { model: 'model', file: `onnx/${file}` },
    { resolvePath: (path: string) => join(folder, path) },
  );

describe.each(['model.onnx', 'fixed.onnx'])('teacher onnx from %s', (file) => {
  it.each(teacherChecks.map((check) => [check.name, check] as const))('%s', (_, check) =>
    check.run({ open: () => open(file), examples: EXAMPLES }),
  );

  it('says what the model says that was exported', async () => {
    const batch = batchOf(model, TEXTS.slice(0, 3));
    const needs = { logits: true, layers: [] };
    const [ours, theirs] = [
      await open(file),
      await bert({ model: join(folder, 'model') }, { engine }),
    ];
    const [a, b] = [await ours.signals(batch, needs), await theirs.signals(batch, needs)];
    b['logits']?.data.forEach((value, i) => expect(a['logits']?.data[i]).toBeCloseTo(value, 4));
    expect(ours.description).toMatchObject({ labels: ['no', 'yes', 'maybe'], maxLength: 40 });
    await ours.dispose();
    await theirs.dispose();
  });
});

describe('teacher onnx', () => {
  it('refuses files that are no text classifiers of the folder', async () => {
    await write('inputs.onnx', 'sequence', { ...NAMES, ids: 'pixels' });
    await expect(open('inputs.onnx')).rejects.toThrow(
      'has the inputs pixels, attention_mask, token_type_ids; expected input_ids',
    );
    await write('outputs.onnx', 'sequence', NAMES, 'last_hidden_state');
    await expect(open('outputs.onnx')).rejects.toThrow(
      'has the outputs last_hidden_state; expected logits.',
    );
    await writeFile(join(folder, 'model/onnx/broken.onnx'), 'no model');
    await expect(open('broken.onnx')).rejects.toThrow(/broken\.onnx can't be run/);
    await expect(open('absent.onnx')).rejects.toThrow(/absent\.onnx/);
  });

  it('refuses another number of classes than config.json names', async () => {
    await model.save(join(folder, 'model'));
    const config = JSON.parse(model.files()['config.json'] ?? '') as object;
    const id2label = { 0: 'no', 1: 'yes' };
    await writeFile(join(folder, 'model/config.json'), JSON.stringify({ ...config, id2label }));
    const needs = { logits: true, layers: [] };
    const asked = open().then((teacher) => teacher.signals(batchOf(model, TEXTS), needs));
    await expect(asked).rejects.toThrow(/gives (3 logits|logits \[6, 3\])/);
    await model.save(join(folder, 'model'));
  });
});
