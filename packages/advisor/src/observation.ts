import type { Configuration } from '@distiller/search';

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

/** A text that two configurations share when and only when they are the same, whatever the order of their names. */
export function configurationKey(configuration: Configuration): string {
  const names = Object.keys(configuration).sort();
  return JSON.stringify(names.map((name) => [name, configuration[name]]));
}

/** The same of what was run: setting and configuration. */
export function observationKey({ task, teacher, student, configuration }: Observation): string {
  return JSON.stringify([task, teacher, student, configurationKey(configuration)]);
}
