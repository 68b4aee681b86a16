import { configurationKey, type Configuration } from '@distiller/search';

/** What a pipeline was run on. */
export interface Setting {
  /** Name of the dataset. */
  readonly task: string;
  readonly teacher: string;
  readonly student: string;
}

/** How well a pipeline did: one run, or the mean of several. */
export interface Observation extends Setting {
  readonly configuration: Configuration;
  /** The student's score over the teacher's; higher is better. The teacher's own would be 1. */
  readonly ratio: number;
  /** How many runs `ratio` is the mean of. */
  readonly runs: number;
}

/** A text that two observations share exactly when they are of the same pipeline in the same setting. */
export function observationKey({ task, teacher, student, configuration }: Observation): string {
  return JSON.stringify([task, teacher, student, configurationKey(configuration)]);
}
