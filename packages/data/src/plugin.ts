import { definePlugin } from '@distiller/core';
import { conllTask } from './tasks/conll.js';
import { fileTask } from './tasks/file.js';
import { glueTasks } from './tasks/glue.js';
import { maskedLmTask } from './tasks/masked-lm.js';
import { squadTask } from './tasks/squad.js';
import { wordnetTask } from './tasks/wordnet.js';

/** The tasks: any file, the GLUE tasks, and WordNet definitions; hidden words of plain text. */
export const dataPlugin = definePlugin({
  name: '@distiller/data',
  components: [fileTask, ...glueTasks, wordnetTask, conllTask, squadTask, maskedLmTask],
});
