import { definePlugin } from '@distiller/core';
import { hardLabelComponent } from './hard-label.js';
import { hiddenCosineComponent } from './hidden-cosine.js';
import { hiddenMseComponent } from './hidden-mse.js';
import { logitMseComponent } from './logit-mse.js';
import { softCrossEntropyComponent } from './soft-cross-entropy.js';

/** Losses on predictions and on hidden states. */
export const objectivesPlugin = definePlugin({
  name: '@distiller/objectives',
  components: [
    softCrossEntropyComponent,
    logitMseComponent,
    hardLabelComponent,
    hiddenMseComponent,
    hiddenCosineComponent,
  ],
});
