import { definePlugin } from '@distiller/core';
import { jensenShannonComponent } from './jensen-shannon.js';

export default definePlugin({
  name: 'distiller-plugin-jensen-shannon',
  components: [jensenShannonComponent],
});
