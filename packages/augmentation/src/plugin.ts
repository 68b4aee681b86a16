import { fileURLToPath } from 'node:url';
import { definePlugin } from '@distiller/core';
import { backTranslationComponent } from './back-translation.js';
import { contextualComponent } from './contextual.js';
import { embeddingComponent } from './embedding.js';
import { randomComponent } from './random.js';

const here = fileURLToPath(import.meta.url);

/** Augmenters: `random`, `contextual`, `embedding`, `back-translation`. */
export const augmentationPlugin = definePlugin({
  name: '@distiller/augmentation',
  // Threads load the built module; run from its source, as tests do, it has none.
  ...(here.endsWith('.js') ? { module: here } : {}),
  components: [randomComponent, contextualComponent, embeddingComponent, backTranslationComponent],
});

export default augmentationPlugin;
