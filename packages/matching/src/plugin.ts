import { definePlugin } from '@distiller/core';
import { lastComponent } from './last.js';
import { skipComponent } from './skip.js';

/** Layer matchings: `skip`, `last`. */
export const matchingPlugin = definePlugin({
  name: '@distiller/matching',
  components: [skipComponent, lastComponent],
});
