import { definePlugin } from '@distiller/core';
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

/** Losses on predictions and on hidden states. */
export const objectivesPlugin = definePlugin({
  name: '@distiller/objectives',
  components: [
    softCrossEntropyComponent,
    logitMseComponent,
    hardLabelComponent,
    hiddenMseComponent,
    hiddenCosineComponent,
    miAlphaComponent,
    infoNceComponent,
    tubaComponent,
    nwjComponent,
    jensenShannonMiComponent,
    donskerVaradhanComponent,
    crdComponent,
  ],
});
