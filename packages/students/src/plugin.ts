import { definePlugin } from '@distiller/core';
import { bertComponent } from './bert.js';

/** Student networks: `bert`. */
export const studentsPlugin = definePlugin({
  name: '@distiller/students',
  components: [bertComponent],
});
