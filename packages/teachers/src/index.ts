export { bert, type BertTeacherOptions } from './bert.js';
export { ensembleTeacher, type EnsembleOptions } from './combine-teachers.js';
export type { Combination } from './combined-logits.js';
export { ensemble, type EnsembleTeacherOptions } from './ensemble.js';
export { onnx, type OnnxTeacherOptions } from './onnx.js';
export { precomputed, type PrecomputedOptions } from './precomputed.js';
export { teachersPlugin } from './plugin.js';
export {
  inspectSignalCache,
  verifySignalCache,
  type SignalFlaw,
  type SignalStoreSummary,
} from './signal-cache/inspect-signal-cache.js';
export type { SignalSpec } from './signal-spec.js';
