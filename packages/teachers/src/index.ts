export { bert, type BertTeacherSettings } from './bert.js';
export { teachersPlugin } from './plugin.js';
export {
  buildSignalCache,
  type BuildSignalCacheOptions,
} from './signal-cache/build-signal-cache.js';
export {
  inspectSignalCache,
  verifySignalCache,
  type SignalFlaw,
  type SignalStoreSummary,
} from './signal-cache/inspect-signal-cache.js';
export type { SignalSpec } from './signal-spec.js';
