export { hardLabel } from './hard-label.js';
export { hiddenCosine } from './hidden-cosine.js';
export { hiddenMse } from './hidden-mse.js';
export type { HiddenStates } from './hidden-states.js';
export { logitMse, type LogitMseOptions } from './logit-mse.js';
export { objectivesPlugin } from './plugin.js';
export { softCrossEntropy, type SoftCrossEntropyOptions } from './soft-cross-entropy.js';
