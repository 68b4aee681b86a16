import { definePlugin } from '@distiller/core';
import { apertiumComponent } from './apertium.js';

/** The translator `apertium`. */
export const augmentationApertiumPlugin = definePlugin({
  name: '@distiller/augmentation-apertium',
  components: [apertiumComponent],
});
