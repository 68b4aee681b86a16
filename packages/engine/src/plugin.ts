import { defineComponent, definePlugin } from '@distiller/core';
import { z } from 'zod';
import { createEagerEngine } from './eager/create-eager-engine.js';

const tfjsEngine = defineComponent({
  kind: 'engine',
  name: 'tfjs',
  summary: 'Runs programs op by op on a TensorFlow.js backend.',
  settings: z.strictObject({
    backend: z
      .string()
      .min(1)
      .default('wasm')
      .describe('`wasm`, `cpu`, or a backend that a plugin has registered with tfjs.'),
  }),
  needs: {},
  create: (settings) => createEagerEngine(settings),
});

export const enginePlugin = definePlugin({
  name: '@distiller/engine',
  components: [tfjsEngine],
});
