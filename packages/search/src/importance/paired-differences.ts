import { DistillerError, didYouMean } from '@distiller/core';
import type { SearchSpace } from '../space.js';
import type { Factor, NominalFactor, RankedFactor } from './factor.js';
import type { ScoredTrial } from './scored-trial.js';
import { spaceFactors, type FactorOptions } from './space-factors.js';
import { tHalfWidth } from './student-t.js';

/** What to compare, and with what. */
export interface DifferenceOptions extends FactorOptions {
  /** Name of the factor, or of a parameter in it. */
  readonly factor: string;
  /** The level that the others are compared with. Default: the one with the most trials. */
  readonly reference?: string;
  /** Of the intervals, in (0, 1). Default 0.95. */
  readonly confidence?: number;
}

/** What a level gains over the reference with everything else equal. */
export interface LevelDifference {
  readonly level: string;
  /** Settings in which both were tried. */
  readonly pairs: number;
  /** Mean over pairs of the level's score minus the reference's; absent without pairs. */
  readonly mean?: number;
  /** Confidence interval of the mean; absent with fewer than two pairs. */
  readonly interval?: readonly [number, number];
}

/** The differences of all levels of a factor. */
export interface FactorDifferences {
  readonly factor: string;
  readonly reference: string;
  readonly confidence: number;
  /** In the order of the space, without the reference. */
  readonly levels: readonly LevelDifference[];
}

/**
 * What each level of a factor gains over a reference level with everything else equal: all other factors, the task and the
 * repetition. Trials that are equal in all of that are averaged, and each setting in which both levels were tried gives one
 * difference d. Its mean has the interval d̄ ± t · s/√n with Student's t of n − 1 degrees of freedom, which takes the differences for
 * independent and roughly normal.
 *
 * Unlike an importance this makes up nothing between trials; but it says nothing where no pairs were tried.
 *
 * @throws DistillerError `config` for an unknown factor or level, and for a factor without levels.
 */
export function pairedDifferences(
  space: SearchSpace,
  trials: readonly ScoredTrial[],
  options: DifferenceOptions,
): FactorDifferences {
  const { confidence = 0.95 } = options;
  if (!(confidence > 0 && confidence < 1)) {
    throw new DistillerError(
      'config',
      `"confidence" is ${confidence}; expected a number between 0 and 1.`,
    );
  }
  const factors = spaceFactors(space, options);
  const factor = levelledFactor(factors, options.factor);
  const others = factors.filter((one) => one !== factor);
  const levelOf = (trial: ScoredTrial) => factor.levelOf(trial.configuration);
  const reference = referenceLevel(factor, trials.map(levelOf), options.reference);

  /** Scores of each level, for each setting. */
  const settings = new Map<string, number[][]>();
  for (const trial of trials) {
    const level = levelOf(trial);
    if (level < 0) continue;
    const key = settingKey(trial, others);
    const scores = settings.get(key) ?? factor.levels.map(() => []);
    scores[level]?.push(trial.score);
    settings.set(key, scores);
  }
  return {
    factor: factor.name,
    reference: factor.levels[reference] as string,
    confidence,
    levels: factor.levels.flatMap((name, level) => {
      if (level === reference) return [];
      const differences = [...settings.values()].flatMap((scores) => {
        const [mine, theirs] = [scores[level] as number[], scores[reference] as number[]];
        return mine.length > 0 && theirs.length > 0 ? [mean(mine) - mean(theirs)] : [];
      });
      return [{ level: name, ...summary(differences, confidence) }];
    }),
  };
}

function levelledFactor(factors: readonly Factor[], name: string): NominalFactor | RankedFactor {
  const factor = factors.find((one) => one.name === name || one.parameters.includes(name));
  if (factor === undefined) {
    throw new DistillerError(
      'config',
      `There is no factor "${name}". ${didYouMean(
        name,
        factors.map((one) => one.name),
      )}`,
    );
  }
  if (factor.kind !== 'numeric') return factor;
  throw new DistillerError(
    'config',
    `"${factor.name}" is an interval of numbers, so it has no levels to compare. Compare a factor of levels.`,
  );
}

function referenceLevel(
  { name, levels }: NominalFactor | RankedFactor,
  tried: readonly number[],
  wanted: string | undefined,
): number {
  if (wanted === undefined) {
    const counts = levels.map((_, level) => tried.filter((one) => one === level).length);
    return counts.indexOf(Math.max(...counts));
  }
  const level = levels.indexOf(wanted);
  if (level >= 0) return level;
  throw new DistillerError(
    'config',
    `Factor "${name}" has no level "${wanted}". ${didYouMean(wanted, levels)}`,
  );
}

function settingKey(trial: ScoredTrial, others: readonly Factor[]): string {
  const values = others.flatMap(({ parameters }) =>
    parameters.map((name) => trial.configuration[name] ?? null),
  );
  return JSON.stringify([trial.task ?? null, trial.repetition ?? null, values]);
}

function summary(
  differences: readonly number[],
  confidence: number,
): Omit<LevelDifference, 'level'> {
  const n = differences.length;
  if (n === 0) return { pairs: 0 };
  const centre = mean(differences);
  if (n < 2) return { pairs: n, mean: centre };
  const squares = differences.reduce((sum, one) => sum + (one - centre) ** 2, 0);
  const margin = tHalfWidth(confidence, n - 1) * Math.sqrt(squares / (n - 1) / n);
  return { pairs: n, mean: centre, interval: [centre - margin, centre + margin] };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
