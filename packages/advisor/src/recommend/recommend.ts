import { DistillerError } from '@distiller/core';
import { configurationKey, gridOf, type Configuration, type SearchSpace } from '@distiller/search';
import type { Prediction, Predictor } from '../predict/predictor.js';
import type { Proposal } from '../predict/trial-set.js';
import { kindsFirst } from './kinds-first.js';

export interface RecommendRequest extends Omit<Proposal, 'configuration'> {
  readonly predictor: Predictor;
  /** What is chosen from: parameters without floats. */
  readonly space: SearchSpace;
  /** How many pipelines to name. */
  readonly count: number;
}

/** A pipeline with what is expected of it and why. */
export interface Advice extends Prediction {
  /** From 1. */
  readonly rank: number;
  readonly configuration: Configuration;
  /** By stage: its place less the mean place over what else the stage could be, all other stages as they are. */
  readonly reasons: readonly { readonly stage: string; readonly gain: number }[];
}

/**
 * The pipelines of a space that are expected to do best: the best one of each kind first, so that no two of them differ in numbers
 * only, then the rest by what is expected of them.
 *
 * @throws DistillerError `config` as `gridOf`.
 */
export function recommend(request: RecommendRequest): readonly Advice[] {
  const { predictor, space, count, ...situation } = request;
  const predicted = new Map<string, { configuration: Configuration; prediction: Prediction }>();
  for (const configuration of gridOf(space)) {
    const prediction = predictor.predict({ ...situation, configuration });
    predicted.set(configurationKey(configuration), { configuration, prediction });
  }
  const all = [...predicted.values()].sort((a, b) => b.prediction.place - a.prediction.place);
  if (all.length === 0) {
    throw new DistillerError('config', 'The space to choose from has no pipeline; allow more.');
  }
  const named = kindsFirst(all, ({ configuration }) => configuration);
  return named.slice(0, count).map(({ configuration, prediction }, i) => ({
    rank: i + 1,
    configuration,
    ...prediction,
    reasons: reasonsOf(configuration, space, (key) => predicted.get(key)?.prediction.place),
  }));
}

/** Compares each stage's choices with all that it could be, the others staying as they are. */
function reasonsOf(
  configuration: Configuration,
  space: SearchSpace,
  placeOf: (key: string) => number | undefined,
): Advice['reasons'] {
  const own = placeOf(configurationKey(configuration)) as number;
  const stages = [...new Set(space.parameters.map(({ stage, name }) => stage ?? name))];
  return stages
    .map((stage) => {
      const isOwn = (name: string) =>
        space.parameters.some(
          (parameter) => parameter.name === name && (parameter.stage ?? name) === stage,
        );
      const fixed = Object.entries(configuration).filter(([name]) => !isOwn(name));
      const parameters = space.parameters.filter(({ name }) => isOwn(name));
      const places = gridOf({ parameters: parameters.map(withoutOutside(parameters)) })
        .map((choice) => placeOf(configurationKey({ ...Object.fromEntries(fixed), ...choice })))
        .filter((place) => place !== undefined);
      return { stage, gain: own - places.reduce((sum, place) => sum + place, 0) / places.length };
    })
    .sort((a, b) => Math.abs(b.gain) - Math.abs(a.gain));
}

/** Conditions on parameters of other stages can't be asked within one. */
function withoutOutside(parameters: SearchSpace['parameters']) {
  const names = parameters.map(({ name }) => name);
  return <P extends SearchSpace['parameters'][number]>(parameter: P): P =>
    parameter.when
      ? {
          ...parameter,
          when: parameter.when.filter(({ parameter: other }) => names.includes(other)),
        }
      : parameter;
}
