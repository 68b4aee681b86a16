import { definePlugin } from '@distiller/core';
import { distComponent } from './dist.js';
import { dkdComponent } from './dkd.js';
import { jensenShannonComponent } from './jensen-shannon.js';
import { klComponent } from './kl.js';
import { logisticRankingComponent } from './logistic-ranking.js';
import { logitCosineComponent } from './logit-cosine.js';
import { sigmoidKdComponent } from './sigmoid-kd.js';
import { softLabelComponent } from './soft-label.js';
import { totalVariationComponent } from './total-variation.js';
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
    klComponent,
    jensenShannonComponent,
    totalVariationComponent,
    dkdComponent,
    distComponent,
    logitCosineComponent,
    sigmoidKdComponent,
    softLabelComponent,
    logisticRankingComponent,
  ],
});
