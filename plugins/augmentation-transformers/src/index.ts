export type { LoadLibrary, TransformersLibrary, TranslationPipeline } from './load-library.js';
export {
  augmentationTransformersPlugin,
  augmentationTransformersPlugin as default,
} from './plugin.js';
export {
  transformers,
  type TransformersOptions,
  type TransformersServices,
} from './transformers.js';
