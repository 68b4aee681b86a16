import { definePlugin } from '@distiller/core';
import { bertComponent } from './bert.js';
import { bilstmArchitecture, bilstmComponent } from './bilstm.js';
import { presetComponents } from './preset-students.js';
import { textcnnArchitecture, textcnnComponent } from './textcnn.js';

/** Student networks, and the architectures that open what they save. */
export const studentsPlugin = definePlugin({
  name: '@distiller/students',
  components: [
    bertComponent,
    bilstmComponent,
    bilstmArchitecture,
    textcnnComponent,
    textcnnArchitecture,
    ...presetComponents,
  ],
});
