export { createOnnxEngine, type OnnxEngineOptions } from './runtime/create-onnx-engine.js';
export type { Provider } from './runtime/provider.js';
