import type { StudyObjective } from '../trial.js';
import type { TrialPruning } from './pruning.js';

/** All that a worker must know to run a trial; plain data, so that it may travel. */
export interface TrialJob {
  /** Tells studies apart. */
  readonly study: string;
  readonly number: number;
  /** A training for each, one after the other. Relative paths of the recipes count from `recipeFolder`. */
  readonly runs: readonly { readonly seed: number; readonly recipe: unknown }[];
  readonly recipeFolder: string;
  /** The trial's own folder, absolute. */
  readonly folder: string;
  readonly cacheFolder: string;
  readonly objectives: readonly StudyObjective[];
  /** How the first training is compared with earlier trials; absent when nothing is pruned. */
  readonly pruning?: TrialPruning | undefined;
  /** After so many minutes the trial fails; by default never. */
  readonly minutes?: number | undefined;
}
