import { definePlugin } from '@distiller/core';
import { randomComponent } from './random.js';

/** Augmenters. */
export const augmentationPlugin = definePlugin({
  name: '@distiller/augmentation',
  components: [randomComponent],
});
