export { createOnnxEngine, type OnnxEngineOptions } from './runtime/create-onnx-engine.js';
export type { Provider } from './runtime/provider.js';
export { exportOnnx, type ExportInput, type ExportOptions } from './export/export-onnx.js';
export { onnxEnginePlugin } from './plugin.js';
export { openOnnxFile, type OnnxFile, type OnnxValue } from './runtime/onnx-file.js';
