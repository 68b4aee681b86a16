import { definePlugin } from '@distiller/core';
import { contextualComponent } from './contextual.js';
import { embeddingComponent } from './embedding.js';
import { randomComponent } from './random.js';

/** Augmenters: `random`, `contextual`, `embedding`. */
export const augmentationPlugin = definePlugin({
  name: '@distiller/augmentation',
  components: [randomComponent, contextualComponent, embeddingComponent],
});
