export { bert } from './bert.js';
export type { BertOptions } from './bert-settings.js';
export { studentsPlugin } from './plugin.js';
export { PRESETS, type Architecture, type PresetName } from './presets.js';
