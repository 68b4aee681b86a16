import { definePlugin } from '@distiller/core';
import { transformersComponent } from './transformers.js';

/** The translator `transformers`. */
export const augmentationTransformersPlugin = definePlugin({
  name: '@distiller/augmentation-transformers',
  components: [transformersComponent],
});
