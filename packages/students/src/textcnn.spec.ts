import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Engine } from '@distiller/core';
import { createEagerEngine } from '@distiller/engine';
import { createOnnxEngine } from '@distiller/engine-onnx';
import { architectureChecks, studentChecks } from '@distiller/testing';
import { goldenLogits, goldenMixup, open, TEXTS, TOKENIZER } from './network.fixture.js';
import { textcnn, textcnnArchitecture, textcnnComponent } from './textcnn.js';
import { textcnnNetwork } from './textcnn-network.js';
import { request, tinyTask } from './tiny-task.fixture.js';

let engine: Engine;
let compiled: Engine;

beforeAll(async () => {
  engine = await createEagerEngine({ backend: 'cpu' });
  compiled = await createOnnxEngine({ threads: 1 });
});

afterAll(() => compiled.dispose());

describe('student textcnn', () => {
  it.each(studentChecks.map((check) => [check.name, check] as const))('%s', (_, check) =>
    check.run({
      student: textcnn({ embeddingSize: 6, filters: 4, maxLength: 20, tokenizer: TOKENIZER }),
      request: { task: tinyTask() },
      texts: TEXTS,
      engine,
      compiled,
      open,
    }),
  );

  it.each(architectureChecks.map((check) => [check.name, check] as const))('%s', async (_, check) =>
    check.run({
      architecture: await textcnnArchitecture.create({}, {}),
      name: 'distiller-textcnn',
      model: () =>
        textcnn({ embeddingSize: 6, filters: 4, maxLength: 20, tokenizer: TOKENIZER }).build(
          request(),
        ),
      texts: TEXTS,
      engine,
    }),
  );

  const shape = {
    settings: { embeddingSize: 3, widths: [2, 3], filters: 2, dropout: 0.5 },
    vocabularySize: 7,
    maxLength: 10,
    outputs: 3,
  };

  it('gives the logits of PyTorch', async () => {
    const logits = await goldenLogits(textcnnNetwork, shape);
    // tools/golden/networks.py
    const expected = [0.4336847, 0.3398317, 0.0670499, 0.2763724, 0.40074, 0.1447375];
    for (const [i, value] of expected.entries()) expect(logits[i]).toBeCloseTo(value, 5);
  });

  it.each([
    ['union', [0.3075322, 0.382991, 0.1367808]],
    ['first', [0.2718489, 0.3868357, 0.1674379]],
  ] as const)('mixes as PyTorch under the mask %s', async (mask, short) => {
    const logits = await goldenLogits(textcnnNetwork, shape, goldenMixup(mask));
    // tools/golden/networks.py
    const expected = [0.2733418, 0.392655, 0.1583375, ...short];
    for (const [i, value] of expected.entries()) expect(logits[6 + i]).toBeCloseTo(value, 5);
  });

  it('refuses a width that is given twice', () => {
    expect(textcnnComponent.settings.safeParse({ widths: [3, 3] }).error?.message).toMatch(
      'A width is given twice.',
    );
  });
});
