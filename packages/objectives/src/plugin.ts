import { definePlugin } from '@distiller/core';
import { rkdComponent } from './rkd.js';
import { pkdComponent } from './pkd.js';
import { nstComponent } from './nst.js';
import { minilmRelationComponent } from './minilm-relation.js';
import { hiddenL2Component } from './hidden-l2.js';
import { hiddenCeComponent } from './hidden-ce.js';
import { gramComponent } from './gram.js';
import { ckaComponent } from './cka.js';
import { attentionRelationComponent } from './attention-relation.js';
import { attentionMseComponent } from './attention-mse.js';
import { attentionCeComponent } from './attention-ce.js';
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
import { crdComponent } from './mutual-information/crd.js';
import { donskerVaradhanComponent } from './mutual-information/donsker-varadhan.js';
import { infoNceComponent } from './mutual-information/info-nce.js';
import { jensenShannonMiComponent } from './mutual-information/jensen-shannon-mi.js';
import { miAlphaComponent } from './mutual-information/mi-alpha.js';
import { nwjComponent } from './mutual-information/nwj.js';
import { tubaComponent } from './mutual-information/tuba.js';
import { softCrossEntropyComponent } from './soft-cross-entropy.js';

/** Losses on predictions and on intermediate representations. */
export const objectivesPlugin = definePlugin({
  name: '@distiller/objectives',
  components: [
    softCrossEntropyComponent,
    logitMseComponent,
    hardLabelComponent,
    hiddenMseComponent,
    hiddenCosineComponent,
    hiddenCeComponent,
    hiddenL2Component,
    pkdComponent,
    attentionMseComponent,
    attentionCeComponent,
    attentionRelationComponent,
    minilmRelationComponent,
    gramComponent,
    nstComponent,
    ckaComponent,
    rkdComponent,
    klComponent,
    jensenShannonComponent,
    totalVariationComponent,
    dkdComponent,
    distComponent,
    logitCosineComponent,
    sigmoidKdComponent,
    softLabelComponent,
    logisticRankingComponent,
    miAlphaComponent,
    infoNceComponent,
    tubaComponent,
    nwjComponent,
    jensenShannonMiComponent,
    donskerVaradhanComponent,
    crdComponent,
  ],
});
