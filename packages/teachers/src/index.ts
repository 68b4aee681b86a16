export { bert, type BertTeacherOptions } from './bert.js';
export { teachersPlugin } from './plugin.js';
export {
  inspectSignalCache,
  verifySignalCache,
  type SignalFlaw,
  type SignalStoreSummary,
} from './signal-cache/inspect-signal-cache.js';
export type { SignalSpec } from './signal-spec.js';
