export { apertium, type ApertiumOptions } from './apertium.js';
export { augmentationApertiumPlugin, augmentationApertiumPlugin as default } from './plugin.js';
