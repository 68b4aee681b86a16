import { definePlugin } from '@distiller/core';
import { rankHingeComponent } from './rank-hinge.js';

export { rankHinge, rankHingeComponent } from './rank-hinge.js';

export default definePlugin({
  name: 'distiller-plugin-hinge',
  components: [rankHingeComponent],
});
