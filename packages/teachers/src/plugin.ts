import { definePlugin } from '@distiller/core';
import { bertComponent } from './bert.js';

/** Teachers: `bert`. */
export const teachersPlugin = definePlugin({
  name: '@distiller/teachers',
  components: [bertComponent],
});
