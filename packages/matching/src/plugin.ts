import { definePlugin } from '@distiller/core';
import { allComponent } from './all.js';
import { emdComponent } from './emd.js';
import { explicitComponent } from './explicit.js';
import { firstComponent } from './first.js';
import { lastComponent } from './last.js';
import { lastKComponent } from './last-k.js';
import { skipComponent } from './skip.js';

/** Which layers learn from which. */
export const matchingPlugin = definePlugin({
  name: '@distiller/matching',
  components: [
    skipComponent,
    lastComponent,
    emdComponent,
    explicitComponent,
    allComponent,
    lastKComponent,
    firstComponent,
  ],
});
