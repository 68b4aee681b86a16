import { createRng, type Rng } from '@distiller/core';
import { exclusionOf, isActive } from '../../space/conditions.js';
import { configurationKey } from '../../space/configuration-key.js';
import { fromUnit, toUnit } from '../../space/unit-cube.js';
import type { Configuration, ParameterValue, SearchParameter, SearchSpace } from '../../space.js';
import type { Trial } from '../../trial.js';
import { avoidedKeys } from '../avoided-keys.js';
import { freshConfiguration } from '../fresh-configuration.js';
import { randomElement } from '../random.js';
import type { Sampler } from '../sampler.js';
import { parameterGroups } from './parameter-groups.js';
import { parzenEstimator } from './parzen-estimator.js';
import { rankedTrials } from './split-trials.js';

export interface TpeOptions {
  /** Trials that must have taught something before the model is asked; random ones until then. */
  readonly startupTrials: number;
  /** Values drawn for each group, of which the most promising one is taken. */
  readonly candidates: number;
  /** Share of the trials that are good, γ. */
  readonly goodShare: number;
  /** Good trials at most. */
  readonly mostGood: number;
  /** Weight of the prior beside observations of weight 1. */
  readonly priorWeight: number;
  readonly distinct: boolean;
}

/**
 * Tree-structured Parzen estimator, multivariate: divides the trials into good and bad ones, estimates the density of each (l and g),
 * draws candidates from l and takes the one with the largest l/g, which maximises the expected improvement.
 *
 * Parameters that are active together are modelled together, from the trials in which they were; a conditional group is drawn after
 * those that it depends on. Where the best candidates make an excluded or repeated configuration, the next best
 * combination is taken. Pruned trials rank behind complete ones; running ones count as bad (constant liar), so that trials at the
 * same time differ.
 *
 * @see Bergstra et al., "Algorithms for Hyper-Parameter Optimization", 2011, §4
 * @see Falkner, Klein, Hutter, "BOHB", 2018, §3.2 (one density over all parameters), arXiv:1807.01774
 */
export function tpe(options: TpeOptions): Sampler {
  return {
    name: 'tpe',
    propose({ space, objectives, number, trials, seed }) {
      const ranked = rankedTrials(trials, objectives);
      if (ranked.length < options.startupTrials)
        return randomElement(space, number, options.distinct, createRng(seed));
      const rng = createRng(seed).derive('sampler', 'tpe', number);
      const good = Math.min(Math.ceil(options.goodShare * ranked.length), options.mostGood);
      const running = trials.filter(({ state }) => state === 'running');
      const groups = parameterGroups(space).map((parameters, i) => ({
        parameters,
        candidates: candidatesOf(parameters, {
          good: byNumber(ranked.slice(0, good)),
          bad: byNumber([...ranked.slice(good), ...running]),
          options,
          rng: rng.derive('group', i),
        }),
      }));
      const avoided = avoidedKeys(space, trials, options.distinct);
      return (
        firstAllowed(space, groups, avoided, options.candidates ** 2) ??
        freshConfiguration(space, avoided, rng)
      );
    },
  };
}

interface Group {
  readonly parameters: readonly SearchParameter[];
  /** Values for the parameters, most promising first; computed when first asked for. */
  candidates(): readonly Configuration[];
}

interface CandidateRequest {
  readonly good: readonly Trial[];
  readonly bad: readonly Trial[];
  readonly options: TpeOptions;
  readonly rng: Rng;
}

function candidatesOf(
  parameters: readonly SearchParameter[],
  { good, bad, options, rng }: CandidateRequest,
): () => readonly Configuration[] {
  let candidates: readonly Configuration[] | undefined;
  return () => (candidates ??= draw());

  function draw(): Configuration[] {
    const [l, g] = [good, bad].map((trials) =>
      parzenEstimator(parameters, observations(parameters, trials), options.priorWeight),
    ) as [ReturnType<typeof parzenEstimator>, ReturnType<typeof parzenEstimator>];
    return Array.from({ length: options.candidates }, () => {
      const values = l.draw(rng).map((unit, i) => fromUnit(parameters[i] as SearchParameter, unit));
      const point = values.map((value, i) => toUnit(parameters[i] as SearchParameter, value));
      const configuration = Object.fromEntries(
        parameters.map(({ name }, i) => [name, values[i] as ParameterValue]),
      );
      return { configuration, promise: l.logDensity(point) - g.logDensity(point) };
    })
      .sort((a, b) => b.promise - a.promise)
      .map(({ configuration }) => configuration);
  }
}

/** Where the trials lie in which the parameters are active. */
function observations(
  parameters: readonly SearchParameter[],
  trials: readonly Trial[],
): number[][] {
  return trials
    .filter(({ configuration }) => parameters.every(({ name }) => name in configuration))
    .map(({ configuration }) =>
      parameters.map((parameter) =>
        toUnit(parameter, configuration[parameter.name] as ParameterValue),
      ),
    );
}

/** The first combination of the groups' candidates that is allowed, the first groups' best ones held longest. */
function firstAllowed(
  space: SearchSpace,
  groups: readonly Group[],
  avoided: ReadonlySet<string>,
  mostTries: number,
): Configuration | undefined {
  let tries = 0;
  const visit = (i: number, chosen: Configuration): Configuration | undefined => {
    if (exclusionOf(space, chosen)) {
      tries++;
      return undefined;
    }
    const group = groups[i];
    if (!group) {
      tries++;
      const configuration = inOrder(space, chosen);
      return avoided.has(configurationKey(configuration)) ? undefined : configuration;
    }
    if (!isActive(group.parameters[0] as SearchParameter, chosen)) return visit(i + 1, chosen);
    for (const candidate of group.candidates()) {
      const found = visit(i + 1, { ...chosen, ...candidate });
      if (found || tries >= mostTries) return found;
    }
    return undefined;
  };
  return visit(0, {});
}

function inOrder({ parameters }: SearchSpace, configuration: Configuration): Configuration {
  return Object.fromEntries(
    parameters
      .filter(({ name }) => Object.hasOwn(configuration, name))
      .map(({ name }) => [name, configuration[name] as ParameterValue]),
  );
}

function byNumber(trials: readonly Trial[]): Trial[] {
  return [...trials].sort((a, b) => a.number - b.number);
}
