import type { SearchSpace } from '../space.js';
import { importanceOf, type Importance, type ImportanceOptions } from './functional-anova.js';
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

/** Importances of several tasks and their means. */
export interface ImportanceOverTasks {
  readonly tasks: readonly TaskImportance[];
  readonly mean: Readonly<Record<EffectKind, readonly MeanEffect[]>>;
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
  return { tasks, mean: { main, pairs, stages } as ImportanceOverTasks['mean'] };
}

function meanEffects(tasks: readonly TaskImportance[], kind: EffectKind): MeanEffect[] {
  const names = [...new Set(tasks.flatMap((task) => task[kind].map(({ name }) => name)))];
  return names.map((name) => {
    const values = tasks.map(
      (task) => task[kind].find((effect) => effect.name === name)?.importance ?? 0,
    );
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    return {
      name,
      importance: mean,
      deviation: Math.sqrt(squares / Math.max(1, values.length - 1)),
    };
  });
}
