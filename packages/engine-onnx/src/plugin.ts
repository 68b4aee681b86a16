import { defineComponent, definePlugin, REPORTER } from '@distiller/core';
import { z } from 'zod';
import { DEFAULT_GRAPHS } from './runtime/compiled-cache.js';
import { createOnnxEngine, type OnnxEngineOptions } from './runtime/create-onnx-engine.js';

const onnxEngine = defineComponent({
  kind: 'engine',
  name: 'onnx',
  summary: 'Compiles programs to ONNX and runs them on ONNX Runtime.',
  settings: z.strictObject({
    provider: z
      .enum(['cpu', 'webgpu', 'cuda'])
      .default('cpu')
      .describe('Where ONNX Runtime computes.'),
    threads: z
      .int()
      .positive()
      .optional()
      .describe('Threads of the cpu provider; all cores when left out.'),
    graphs: z
      .int()
      .positive()
      .default(DEFAULT_GRAPHS)
      .describe(
        'Compiled graphs that a program keeps, one for every shape of its inputs: lengths, with labels and without, of each task.',
      ),
  }),
  needs: { reporter: REPORTER },
  create: (settings, { reporter }) =>
    createOnnxEngine({ ...(settings as OnnxEngineOptions), reporter }),
});

export const onnxEnginePlugin = definePlugin({
  name: '@distiller/engine-onnx',
  components: [onnxEngine],
});
