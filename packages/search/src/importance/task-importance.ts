import type { SearchSpace } from '../space.js';
import { importanceOf, type Importance, type ImportanceOptions } from './functional-anova.js';
import { momentsOf } from './moments.js';
import type { ScoredTrial } from './scored-trial.js';

/** Importances of one task. */
export interface TaskImportance extends Importance {
  readonly task: string;
}

/** An importance averaged over tasks. */
export interface MeanEffect {
  readonly name: string;
  /** Mean over all tasks; 0 where a task had no such choice. */
  readonly importance: number;
  /** Standard deviation over tasks. */
  readonly deviation: number;
}

/** What a level is expected to bring, averaged over the tasks that have it. */
export interface MeanLevelGain {
  readonly factor: string;
  readonly level: string;
  readonly gain: number;
  /** Standard deviation over tasks. */
  readonly deviation: number;
}

/** Importances of several tasks and their means. */
export interface ImportanceOverTasks {
  readonly tasks: readonly TaskImportance[];
  readonly mean: Readonly<Record<EffectKind, readonly MeanEffect[]>> & {
    /** Factors in the order of the tasks' spaces; of one factor the level that brings most first. */
    readonly levels: readonly MeanLevelGain[];
  };
}

/** What importances are told of. */
export type EffectKind = 'main' | 'pairs' | 'stages';

const KINDS: readonly EffectKind[] = ['main', 'pairs', 'stages'];

/**
 * Importances of each task by itself, and averaged with equal weight. Trials without a task are one task without a name.
 *
 * @param spaceOf the space of a task, given its trials.
 */
export function importanceOverTasks(
  spaceOf: (trials: readonly ScoredTrial[]) => SearchSpace,
  trials: readonly ScoredTrial[],
  options: ImportanceOptions = {},
): ImportanceOverTasks {
  const tasks = [...new Set(trials.map(({ task = '' }) => task))].map((task) => {
    const own = trials.filter((trial) => (trial.task ?? '') === task);
    return { task, ...importanceOf(spaceOf(own), own, options) };
  });
  const [main, pairs, stages] = KINDS.map((kind) => meanEffects(tasks, kind));
  const mean = { main, pairs, stages, levels: meanLevels(tasks) };
  return { tasks, mean: mean as ImportanceOverTasks['mean'] };
}

function meanLevels(tasks: readonly TaskImportance[]): MeanLevelGain[] {
  const known = tasks.flatMap(({ levels }) => levels);
  return [...new Set(known.map(({ factor }) => factor))].flatMap((factor) => {
    const own = known.filter((one) => one.factor === factor);
    return [...new Set(own.map(({ level }) => level))]
      .map((level) => {
        const gains = own.filter((one) => one.level === level).map(({ gain }) => gain);
        const { mean, deviation } = momentsOf(gains);
        return { factor, level, gain: mean, deviation };
      })
      .sort((a, b) => b.gain - a.gain);
  });
}

function meanEffects(tasks: readonly TaskImportance[], kind: EffectKind): MeanEffect[] {
  const names = [...new Set(tasks.flatMap((task) => task[kind].map(({ name }) => name)))];
  return names.map((name) => {
    const values = tasks.map(
      (task) => task[kind].find((effect) => effect.name === name)?.importance ?? 0,
    );
    const { mean, deviation } = momentsOf(values);
    return { name, importance: mean, deviation };
  });
}
