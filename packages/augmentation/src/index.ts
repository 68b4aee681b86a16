export { backTranslation, type BackTranslationOptions } from './back-translation.js';
export { contextual, type ContextualOptions } from './contextual.js';
export { edaSettings, type EdaSettings } from './eda-settings.js';
export { embedding, type EmbeddingModel, type EmbeddingOptions } from './embedding.js';
export { augmentationPlugin } from './plugin.js';
export { random, type RandomOptions } from './random.js';
export { readWordVectors, type WordVectorFiles, type WordVectors } from './word-vectors.js';
