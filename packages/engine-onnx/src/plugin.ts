import { defineComponent, definePlugin } from '@distiller/core';
import { z } from 'zod';
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
  }),
  needs: {},
  create: (settings) => createOnnxEngine(settings as OnnxEngineOptions),
});

export const onnxEnginePlugin = definePlugin({
  name: '@distiller/engine-onnx',
  components: [onnxEngine],
});
