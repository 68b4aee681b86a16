import { definePlugin } from '@distiller/core';
import { bertComponent } from './bert.js';
import { ensembleComponent } from './ensemble.js';
import { onnxComponent } from './onnx.js';
import { precomputedComponent } from './precomputed.js';

/** Teachers. */
export const teachersPlugin = definePlugin({
  name: '@distiller/teachers',
  components: [bertComponent, ensembleComponent, onnxComponent, precomputedComponent],
});
