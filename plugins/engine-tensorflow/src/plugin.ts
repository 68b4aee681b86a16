import { defineComponent, definePlugin, REPORTER } from '@distiller/core';
import { createEagerEngine } from '@distiller/engine';
import { z } from 'zod';
import { loadTensorFlow } from './load-tensorflow.js';

const tensorflow = defineComponent({
  kind: 'engine',
  name: 'tensorflow',
  summary: 'Runs programs op by op on TensorFlow, on an NVIDIA GPU where there is one.',
  source: 'https://www.npmjs.com/package/@tensorflow/tfjs-node-gpu',
  settings: z.strictObject({
    device: z
      .enum(['auto', 'gpu', 'cpu'])
      .default('auto')
      .describe('`gpu` or `cpu` insists on one binding; `auto` takes the GPU one if it loads.'),
  }),
  needs: { reporter: REPORTER },
  create: async ({ device }, { reporter }) => {
    await loadTensorFlow(
      device,
      (name) => import(name),
      (message) => reporter.warn(message),
    );
    return createEagerEngine({ backend: 'tensorflow' });
  },
});

export const engineTensorflowPlugin = definePlugin({
  name: '@distiller/engine-tensorflow',
  components: [tensorflow],
});
