import type { Check } from '../check.js';
import type { EngineSubject } from './engine-subject.js';
import { failureChecks } from './failure-checks.js';
import { inferenceChecks } from './inference-checks.js';
import { memoryChecks } from './memory-checks.js';
import { opChecks } from './op-checks.js';
import { randomnessChecks } from './randomness-checks.js';
import { trainingChecks } from './training-checks.js';

/** What every engine must keep, so that one can stand in for another. */
export const engineChecks: readonly Check<EngineSubject>[] = [
  ...opChecks,
  ...inferenceChecks,
  ...trainingChecks,
  ...randomnessChecks,
  ...failureChecks,
  ...memoryChecks,
];
