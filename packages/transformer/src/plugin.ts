import { definePlugin } from '@distiller/core';
import { architectureComponents } from './architectures.js';

/** Architectures of Hugging Face folders: `bert`, `roberta`, `distilbert`, `electra`, `albert`. */
export const transformerPlugin = definePlugin({
  name: '@distiller/transformer',
  components: architectureComponents,
});
