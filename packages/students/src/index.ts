export { bert } from './bert.js';
export type { BertOptions } from './bert-settings.js';
export { studentsPlugin } from './plugin.js';
export { PRESETS, type Architecture, type PresetName } from './presets.js';
export { bilstm, type BilstmOptions } from './bilstm.js';
export { textcnn, type TextcnnOptions } from './textcnn.js';
export { customStudent, type CustomStudentOptions } from './custom.js';
export {
  defineNetwork,
  linearPlan,
  type InitialValues,
  type Network,
  type NetworkShape,
  type ParameterPlan,
} from './network.js';
export { tokenizerSetting, type TokenizerOption } from './tokenizer-settings.js';
export { networkArchitecture } from './network-architecture.js';
