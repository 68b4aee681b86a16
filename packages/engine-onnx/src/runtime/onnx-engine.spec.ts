import { describe, it } from '@jest/globals';
import { engineChecks } from '@distiller/testing';
import { createOnnxEngine } from './create-onnx-engine.js';

describe('the onnx/cpu engine', () => {
  it.each(engineChecks.map((check) => [check.name, check] as const))('%s', async (_, check) => {
    await check.run({ engine: () => createOnnxEngine({ threads: 2 }), tolerance: 1e-5 });
  });
});
