import { definePlugin } from '@distiller/core';
import { backTranslationComponent } from './back-translation.js';
import { contextualComponent } from './contextual.js';
import { embeddingComponent } from './embedding.js';
import { randomComponent } from './random.js';

/** Augmenters: `random`, `contextual`, `embedding`, `back-translation`. */
export const augmentationPlugin = definePlugin({
  name: '@distiller/augmentation',
  components: [randomComponent, contextualComponent, embeddingComponent, backTranslationComponent],
});
