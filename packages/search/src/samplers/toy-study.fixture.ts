import type { Configuration, SearchSpace } from '../space.js';
import { encodeConfiguration } from '../space/unit-cube.js';
import type { StudyObjective, Trial } from '../trial.js';
import type { Sampler } from './sampler.js';

export interface ToyStudyOptions {
  readonly space: SearchSpace;
  readonly trials: number;
  readonly seed?: number;
  /** Trials at a time: a sampler sees the last `concurrency − 1` as running. Default 1. */
  readonly concurrency?: number;
  /** Default: one to be minimised, or as many as `values` gives. */
  readonly objectives?: readonly StudyObjective[];
  /** Default: the squared distance from the point of the unit cube whose coordinates are all 0.3. */
  readonly values?: (configuration: Configuration) => readonly number[];
  /** Default: complete. */
  readonly state?: (number: number) => Trial['state'];
}

const MINIMISE: StudyObjective = { name: 'loss', direction: 'minimise' };

/** What a study shows a sampler, trial by trial, with a function in place of training. */
export function toyStudy(sampler: Sampler, options: ToyStudyOptions): Trial[] {
  const { space, seed = 1, concurrency = 1, objectives = [MINIMISE] } = options;
  const values = options.values ?? ((configuration) => [distance(space, configuration)]);
  const trials: Trial[] = [];
  for (let number = 0; number < options.trials; number++) {
    const shown = trials.map((trial) =>
      trial.number <= number - concurrency ? trial : running(trial),
    );
    const configuration = sampler.propose({ space, objectives, number, trials: shown, seed });
    const state = options.state?.(number) ?? 'complete';
    const reached = values(configuration);
    trials.push({
      number,
      configuration,
      state,
      reports: [{ budget: 1, value: reached[0] as number }],
      ...(state === 'complete' ? { values: reached } : {}),
    });
  }
  return trials;
}

function running({ number, configuration }: Trial): Trial {
  return { number, configuration, state: 'running', reports: [] };
}

function distance(space: SearchSpace, configuration: Configuration): number {
  return encodeConfiguration(space, configuration).reduce((sum, x) => sum + (x - 0.3) ** 2, 0);
}
