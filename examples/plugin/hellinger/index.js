import { definePlugin } from '@distiller/core';
import { hellingerComponent } from './hellinger.js';

export default definePlugin({
  name: 'distiller-plugin-hellinger',
  components: [hellingerComponent],
});
