export { last } from './last.js';
export type { MatchDepthsOptions } from './match-depths.js';
export { matchingPlugin } from './plugin.js';
export { skip } from './skip.js';
