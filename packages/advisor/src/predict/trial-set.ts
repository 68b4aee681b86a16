import { DistillerError } from '@distiller/core';
import type { Configuration } from '@distiller/search';
import { z } from 'zod';
import type { Observation } from '../observation.js';

export const taskProfile = z.strictObject({
  /** Labelled examples to train on. */
  examples: z.int().positive(),
  /** Classes to tell apart; 1 for a regression. */
  classes: z.int().positive(),
  /** Texts per example. */
  arity: z.union([z.literal(1), z.literal(2)]),
  /** What a linear model on bags of words scores on the task's metric, as a fraction. */
  baseline: z.number(),
});

/** What is known of a dataset before anything is trained on it. */
export type TaskProfile = z.output<typeof taskProfile>;

export const modelProfile = z.strictObject({
  layers: z.int().positive(),
  width: z.int().positive(),
  parameters: z.number().positive(),
});

/** The size of a model. */
export type ModelProfile = z.output<typeof modelProfile>;

/** Observations and what they were made on. */
export interface TrialSet {
  readonly observations: readonly Observation[];
  /** By name: every task of the observations. */
  readonly tasks: Readonly<Record<string, TaskProfile>>;
  /** By name: every teacher and student of the observations. */
  readonly models: Readonly<Record<string, ModelProfile>>;
  /** Standard deviation of the ratio between equal runs, by task, where it is known. */
  readonly noise: Readonly<Record<string, number>>;
}

/** A model with the name that observations know it by. */
export interface NamedModel extends ModelProfile {
  readonly name: string;
}

/** One pipeline for one dataset: what a prediction is asked for. */
export interface Proposal {
  readonly task: TaskProfile;
  readonly teacher: NamedModel;
  readonly student: NamedModel;
  readonly configuration: Configuration;
}

/** An observation as what would have been asked. @throws DistillerError `input` naming a task or model that is not described. */
export function proposalOf(observation: Observation, { tasks, models }: TrialSet): Proposal {
  const model = (name: string) => ({ name, ...described(models, name, 'model') });
  return {
    task: described(tasks, observation.task, 'task'),
    teacher: model(observation.teacher),
    student: model(observation.student),
    configuration: observation.configuration,
  };
}

function described<T>(known: Readonly<Record<string, T>>, name: string, what: string): T {
  const found = Object.hasOwn(known, name) ? known[name] : undefined;
  if (found !== undefined) return found;
  throw new DistillerError(
    'input',
    `The ${what} ${name} has trials but no description. Described: ${Object.keys(known).join(', ') || 'none'}.`,
  );
}
