export {
  ACTIVATIONS,
  FAMILIES,
  transformerConfig,
  type ActivationName,
  type Family,
  type TransformerConfig,
  type TransformerConfigOptions,
} from './config.js';
export { openTransformer } from './architectures.js';
export { copyLayers } from './copy-layers.js';
export { encode, type EncoderResult } from './encoder.js';
export { forward } from './forward.js';
export { fromHuggingFace, toHuggingFace } from './hugging-face-config.js';
export { initialWeights } from './init.js';
export { loadModel, readConfig, type HeadOptions, type LoadOptions } from './load.js';
export {
  createModel,
  isTransformerModel,
  modelFromWeights,
  type TransformerModel,
} from './model.js';
export { fileName, matchNames, type NameMatch } from './names.js';
export { parameterShapes } from './parameters.js';
export { truncateWidths } from './truncate-widths.js';
export { transformerPlugin } from './plugin.js';
export { tokenizerFiles } from './tokenizer-files.js';
