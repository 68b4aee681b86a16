import { afterAll, beforeAll, describe, it } from '@jest/globals';
import type { Engine } from '@distiller/core';
import { createEagerEngine } from '@distiller/engine';
import { createOnnxEngine } from '@distiller/engine-onnx';
import { studentChecks } from '@distiller/testing';
import { openTransformer } from '@distiller/transformer';
import { bert } from './bert.js';
import { TEXTS, TOKENIZER } from './network.fixture.js';
import { tinyTask } from './tiny-task.fixture.js';

let engine: Engine;
let compiled: Engine;

beforeAll(async () => {
  engine = await createEagerEngine({ backend: 'cpu' });
  compiled = await createOnnxEngine({ threads: 1 });
});

afterAll(() => compiled.dispose());

describe.each(['bert', 'albert'] as const)('student bert of the family %s', (family) => {
  it.each(studentChecks.map((check) => [check.name, check] as const))('%s', (_, check) =>
    check.run({
      student: bert({
        family,
        layers: 2,
        hiddenSize: 8,
        heads: 2,
        intermediateSize: 12,
        ...(family === 'albert' && { embeddingSize: 6 }),
        maxLength: 20,
        tokenizer: TOKENIZER,
      }),
      request: { task: tinyTask() },
      texts: TEXTS,
      engine,
      compiled,
      open: (folder) => openTransformer(folder),
    }),
  );
});
