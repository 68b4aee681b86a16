import type { Reporter } from '@distiller/core';
import type { StudyObjective, TrialReport } from '../trial.js';
import { bestTrial } from './best-trial.js';
import type { StudyState } from './study-state.js';

/** Digits of a value in a line about a trial. */
const DIGITS = 4;

/** Tells how a study goes: a line for each trial that ends, and one work whose figures are the study's. */
export class StudyProgress {
  constructor(
    private readonly plan: {
      readonly objectives: readonly StudyObjective[];
      readonly trials: number;
    },
    private readonly state: StudyState,
    private readonly reporter: Reporter,
  ) {}

  /** @param running trials that run just now. */
  show(running: number): void {
    const { trials } = this.state;
    const count = (state: string) =>
      trials.filter(({ outcome }) => outcome?.state === state).length;
    const best = bestTrial(this.state, this.plan.objectives)?.outcome.values[0];
    const [pruned, failed] = [count('pruned'), count('failed')];
    this.reporter.progress({
      stage: 'search',
      done: trials.filter(({ outcome }) => outcome).length,
      total: this.plan.trials,
      unit: 'trials',
      figures: {
        ...(best !== undefined && { best }),
        running,
        ...(pruned > 0 && { pruned }),
        ...(failed > 0 && { failed }),
      },
    });
  }

  /** A rung that a trial has reached. */
  heard(number: number, { budget, value }: TrialReport): void {
    this.reporter.info(
      `Trial ${number}: ${this.objective} ${value.toFixed(DIGITS)} at ${budget} × the shortest rung.`,
    );
  }

  finished(number: number, running: number): void {
    const outcome = this.state.trials[number]?.outcome;
    if (!outcome) return;
    this.reporter.info(`Trial ${number}: ${this.ending(number)}.`);
    this.show(running);
  }

  private ending(number: number): string {
    const outcome = this.state.trials[number]?.outcome;
    switch (outcome?.state) {
      case 'complete': {
        const figures = this.plan.objectives.map(
          ({ name }, i) => `${name} ${shown(outcome.values[i] ?? NaN)}`,
        );
        const isBest = bestTrial(this.state, this.plan.objectives)?.number === number;
        return `${figures.join(', ')}${isBest ? ' (best so far)' : ''}`;
      }
      case 'pruned':
        return `pruned at ${this.objective} ${shown(outcome.reports.at(-1)?.value ?? NaN)}`;
      case 'failed':
        return `failed. ${outcome.reason.replace(/\.$/, '')}`;
      default:
        return 'still running';
    }
  }

  private get objective(): string {
    return this.plan.objectives[0]?.name ?? 'score';
  }
}

function shown(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(DIGITS);
}
