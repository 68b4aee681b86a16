import { createRng, DistillerError } from '@distiller/core';
import type { SearchSpace } from '../space.js';
import { factorColumns, type Factor } from './factor.js';
import { momentsOf } from './moments.js';
import { growForest, type ForestOptions } from './regression-forest.js';
import type { ScoredTrial } from './scored-trial.js';
import { spaceFactors, type FactorOptions } from './space-factors.js';
import { TreeMeasure } from './tree-measure.js';

/** What share of the variance of a score something explains. */
export interface Effect {
  /** The factors, or the stage. */
  readonly name: string;
  /** Names of the factors. */
  readonly factors: readonly string[];
  /** Share of the variance, from 0 to 1: mean over trees. */
  readonly importance: number;
  /** Standard deviation over trees. */
  readonly deviation: number;
}

/** What a level of a factor is expected to bring. */
export interface LevelGain {
  readonly factor: string;
  readonly level: string;
  /** Mean of the score over the space at this level, less its mean over the whole space: mean over trees. */
  readonly gain: number;
  /** Standard deviation over trees. */
  readonly deviation: number;
}

/** Which choices a score depends on. */
export interface Importance {
  /** Trials that it was learned from. */
  readonly trials: number;
  /** Trees whose prediction varies over the space; the others say nothing. */
  readonly trees: number;
  /** Each factor alone, in the order of the space. Those of one level are left out. */
  readonly main: readonly Effect[];
  /** What each pair of factors adds to the two alone. */
  readonly pairs: readonly Effect[];
  /** Everything within a stage: its factors alone and all their interactions with each other. */
  readonly stages: readonly Effect[];
  /** The levels of each factor that has levels, in the order of the space. */
  readonly levels: readonly LevelGain[];
}

/** How importances are computed. */
export interface ImportanceOptions extends ForestOptions, FactorOptions {
  /** Of the forest, an unsigned 32-bit integer. Default 0. */
  readonly seed?: number;
}

/**
 * Functional analysis of variance of a random forest ŷ that learned scores from configurations. The space is a product of factors with
 * uniform measure (`spaceFactors`). For a set U of factors
 *
 *     a_U(θ_U) = mean of ŷ over the factors outside U,    f_U = a_U − Σ_{W⊊U} f_W,
 *     V_U = Var f_U,    importance of U = V_U / Var ŷ,
 *
 * for each tree, exactly, then averaged over the trees that vary. Of a pair, V_{ij} = Var a_{ij} − V_i − V_j; of a stage S it is
 * Var a_S / Var ŷ, the sum of V_U over all U within S.
 *
 * Importances describe the forest: where trials were not spread over the space, they describe what it made up between them.
 *
 * @throws DistillerError `input` with fewer than two trials, or scores that are not finite; `config` for a bad option.
 * @see Hutter, Hoos, Leyton-Brown, "An Efficient Approach for Assessing Hyperparameter Importance", ICML 2014, §3–4
 */
export function importanceOf(
  space: SearchSpace,
  trials: readonly ScoredTrial[],
  options: ImportanceOptions = {},
): Importance {
  checkTrials(trials);
  const factors = spaceFactors(space, options).filter(isChoice);
  const columns = factorColumns(
    factors,
    trials.map(({ configuration }) => configuration),
  );
  const forest = growForest(
    columns.map(({ values }) => values),
    Float64Array.from(trials, ({ score }) => score),
    options,
    createRng(options.seed ?? 0).derive('importance'),
  );
  const subsets = subsetsOf(factors);
  const measures = forest.trees.map((tree) => new TreeMeasure(tree, columns, factors));
  /** Var a_U / Var ŷ for every set U, of every tree that varies. */
  const shares = measures
    .filter(({ variance }) => variance > 0)
    .map((measure) =>
      subsets.all.map((subset) => measure.marginalVariance(subset) / measure.variance),
    );
  return {
    trials: trials.length,
    trees: shares.length,
    ...effectsOf(factors, subsets, shares),
    levels: levelGains(factors, measures),
  };
}

function levelGains(factors: readonly Factor[], trees: readonly TreeMeasure[]): LevelGain[] {
  return factors.flatMap((factor, place) => {
    if (factor.kind === 'numeric') return [];
    return factor.levels.map((level, point) => {
      const gains = trees.map((tree) => tree.marginalAt(place, point) - tree.mean);
      const { mean, deviation } = momentsOf(gains);
      return { factor: factor.name, level, gain: mean, deviation };
    });
  });
}

/** With one level there is nothing to choose. */
function isChoice(factor: Factor): boolean {
  return factor.kind === 'numeric' ? factor.high > factor.low : factor.levels.length > 1;
}

/** The sets of factors whose marginals are asked for, by places. */
interface Subsets {
  readonly pairs: readonly (readonly [number, number])[];
  readonly stages: readonly { readonly name: string; readonly places: readonly number[] }[];
  /** Each factor, then the pairs, then the stages. */
  readonly all: readonly (readonly number[])[];
}

function subsetsOf(factors: readonly Factor[]): Subsets {
  const places = [...factors.keys()];
  const pairs = places.flatMap((i) => places.slice(i + 1).map((j) => [i, j] as const));
  const stages = [...new Set(factors.flatMap(({ stage }) => stage ?? []))].map((name) => ({
    name,
    places: places.filter((i) => factors[i]?.stage === name),
  }));
  return {
    pairs,
    stages,
    all: [...places.map((i) => [i]), ...pairs, ...stages.map((stage) => stage.places)],
  };
}

function effectsOf(
  factors: readonly Factor[],
  { pairs, stages }: Subsets,
  trees: readonly (readonly number[])[],
): Pick<Importance, 'main' | 'pairs' | 'stages'> {
  const shareOf = (subset: number) => trees.map((shares) => shares[subset] as number);
  const firstStage = factors.length + pairs.length;
  return {
    main: factors.map((factor, i) => effect([factor], shareOf(i))),
    pairs: pairs.map(([i, j], pair) => {
      const added = trees.map((shares) => {
        const both = shares[factors.length + pair] as number;
        return Math.max(0, both - (shares[i] as number) - (shares[j] as number));
      });
      return effect([factors[i] as Factor, factors[j] as Factor], added);
    }),
    stages: stages.map(({ name, places }, stage) =>
      effect(
        places.map((place) => factors[place] as Factor),
        shareOf(firstStage + stage),
        name,
      ),
    ),
  };
}

function effect(factors: readonly Factor[], shares: readonly number[], stage?: string): Effect {
  const names = factors.map(({ name }) => name);
  const { mean, deviation } = momentsOf(shares);
  return { name: stage ?? names.join(' & '), factors: names, importance: mean, deviation };
}

function checkTrials(trials: readonly ScoredTrial[]): void {
  if (trials.length < 2) {
    throw new DistillerError(
      'input',
      `There ${trials.length === 1 ? 'is one trial' : 'are no trials'} with a score; importances need two at least.`,
    );
  }
  for (const { score, place } of trials) {
    if (Number.isFinite(score)) continue;
    throw new DistillerError(
      'input',
      `${place ?? 'A trial'}: the score is ${score}; expected a finite number. Leave the trial out.`,
    );
  }
}
