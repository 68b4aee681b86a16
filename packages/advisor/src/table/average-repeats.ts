import { groupBy } from '../group-by.js';
import { observationKey, type Observation } from '../observation.js';

/** Repeated runs of one pipeline as one observation, the mean of their ratios; in the order of first runs. */
export function averageRepeats(observations: readonly Observation[]): readonly Observation[] {
  return [...groupBy(observations, observationKey).values()].map((group) => {
    const { task, teacher, student, configuration } = group[0] as Observation;
    const runs = group.reduce((sum, { runs }) => sum + runs, 0);
    const ratio = group.reduce((sum, { ratio, runs }) => sum + ratio * runs, 0) / runs;
    return { task, teacher, student, configuration, ratio, runs };
  });
}

/** How much equal runs of a task differ. */
export interface RepeatNoise {
  /** Standard deviation of the ratio, pooled over pipelines by degrees of freedom. */
  readonly deviation: number;
  /** Runs beyond the first of each pipeline: Σ (n − 1). */
  readonly degrees: number;
}

/**
 * The noise of runs by task, from pipelines that were run more than once: √(Σ (ratio − its pipeline's mean)² / Σ (n − 1)).
 * Tasks without a repeated run are left out.
 *
 * @param observations single runs.
 */
export function repeatNoise(
  observations: readonly Observation[],
): ReadonlyMap<string, RepeatNoise> {
  const noise = new Map<string, RepeatNoise>();
  for (const [task, ofTask] of groupBy(observations, ({ task }) => task)) {
    let squares = 0;
    let degrees = 0;
    for (const group of groupBy(ofTask, observationKey).values()) {
      const mean = group.reduce((sum, { ratio }) => sum + ratio, 0) / group.length;
      squares += group.reduce((sum, { ratio }) => sum + (ratio - mean) ** 2, 0);
      degrees += group.length - 1;
    }
    if (degrees > 0) noise.set(task, { deviation: Math.sqrt(squares / degrees), degrees });
  }
  return noise;
}
