import { definePlugin } from '@distiller/core';
import { contextualComponent } from './contextual.js';
import { randomComponent } from './random.js';

/** Augmenters: `random`, `contextual`. */
export const augmentationPlugin = definePlugin({
  name: '@distiller/augmentation',
  components: [randomComponent, contextualComponent],
});
