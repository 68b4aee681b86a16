import { defineComponent, definePlugin } from '@distiller/core';
import { z } from 'zod';
import { createEagerEngine } from './eager/create-eager-engine.js';
import { adamwComponent } from './optimizer/adamw.js';
import { sgdComponent } from './optimizer/sgd.js';
import { constantScheduleComponent } from './schedule/constant.js';
import { cosineScheduleComponent } from './schedule/cosine.js';
import { linearDecayComponent } from './schedule/linear-decay.js';
import { linearGrowthComponent } from './schedule/linear-growth.js';
import { linearScheduleComponent } from './schedule/linear.js';

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
  components: [
    tfjsEngine,
    adamwComponent,
    sgdComponent,
    linearScheduleComponent,
    cosineScheduleComponent,
    constantScheduleComponent,
    linearGrowthComponent,
    linearDecayComponent,
  ],
});
