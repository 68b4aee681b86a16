import type { StudyObjective, Trial } from '../trial.js';
import type { Rung } from './rungs.js';

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
  /** Where the first training is compared with `peers`, and by what; none when nothing is pruned. */
  readonly rungs: readonly Rung[];
  readonly pruner?: unknown;
  readonly seed: number;
  readonly peers: readonly Trial[];
  /** After so many minutes the trial fails; by default never. */
  readonly minutes?: number | undefined;
}
