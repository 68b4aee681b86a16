import type { Configuration } from '../space.js';
import { paretoFront } from '../fronts/pareto-front.js';
import type { StudyObjective } from '../trial.js';
import { bestTrial } from './best-trial.js';
import type { Study } from './study-file.js';
import { trialOf, type StudyState } from './study-state.js';

/** Where a study stands, or how it ended; a stable contract. */
export interface StudySummary {
  readonly name: string;
  readonly objectives: readonly StudyObjective[];
  /** Trials that the study is to have. */
  readonly trials: number;
  readonly complete: number;
  readonly pruned: number;
  readonly failed: number;
  /** Numbers of the trials that were proposed and have not finished. */
  readonly unfinished: readonly number[];
  /** The best on the first objective; absent before a trial is complete. */
  readonly best?: {
    readonly trial: number;
    readonly configuration: Configuration;
    readonly values: readonly number[];
    readonly spread?: readonly number[];
  };
  /** With several objectives: the trials that none surpasses in all of them. */
  readonly front?: readonly { readonly trial: number; readonly values: readonly number[] }[];
}

/** @param trials that the study is to have, where they are more than at its start. */
export function summarise(state: StudyState, trials = 0): StudySummary {
  const study = studyOf(state);
  const { name, objectives } = study;
  const count = (how: string) =>
    state.trials.filter(({ outcome }) => outcome?.state === how).length;
  const best = bestTrial(state, objectives);
  return {
    name,
    objectives,
    trials: Math.max(trials, study.trials, state.trials.length),
    complete: count('complete'),
    pruned: count('pruned'),
    failed: count('failed'),
    unfinished: state.trials.filter(({ outcome }) => !outcome).map(({ number }) => number),
    ...(best && {
      best: {
        trial: best.number,
        configuration: best.configuration,
        values: best.outcome.values,
        ...(best.outcome.spread && { spread: best.outcome.spread }),
      },
    }),
    ...(objectives.length > 1 && {
      front: paretoFront(state.trials.map(trialOf), objectives).map(({ number, values = [] }) => ({
        trial: number,
        values,
      })),
    }),
  };
}

/** The study file that a journal begins with; it was checked when it was written. */
export function studyOf(state: StudyState): Study {
  return state.study?.study as unknown as Study;
}
