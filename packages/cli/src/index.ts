export { capturedIo, type CapturedIo } from './captured-io.js';
export type { Io } from './io.js';
export { settingRows, type JsonSchema, type SettingRow } from './setting-rows.js';
export { processIo } from './process-io.js';
export { run } from './run.js';
