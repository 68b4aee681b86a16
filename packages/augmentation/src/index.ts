export { contextual, type ContextualOptions } from './contextual.js';
export { edaSettings, type EdaSettings } from './eda-settings.js';
export { augmentationPlugin } from './plugin.js';
export { random, type RandomOptions } from './random.js';
