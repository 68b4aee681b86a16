import { describe, expect, it } from '@jest/globals';
import type { StudyObjective } from '../trial.js';
import type { TrialRun } from '../study/journal-record.js';
import type { TrialEntry } from '../study/study-state.js';
import { scoredTrials } from './scored-trial.js';

const OBJECTIVES: readonly StudyObjective[] = [
  { name: 'parameters', direction: 'minimise' },
  { name: 'score', direction: 'maximise' },
];

const run = (seed: number, accuracy: number): TrialRun => ({
  seed,
  metric: 'accuracy',
  scores: { accuracy },
  parameters: 10,
  bytes: 40,
  trainSeconds: 1,
  steps: 9,
});

const entry = (number: number, outcome?: TrialEntry['outcome']): TrialEntry => ({
  number,
  configuration: { loss: 'mse' },
  losses: 0,
  ...(outcome && { outcome }),
});

const reports = [{ budget: 1, value: 0.3 }];

describe('scoredTrials', () => {
  const trials = [
    entry(0, { state: 'complete', reports, values: [10, 0.5], runs: [run(1, 0.5)] }),
    entry(1, { state: 'complete', reports, values: [10, 0.7], spread: [0, 0.14], runs: [run(2, 0.6), run(3, 0.8)] }),
    entry(2, { state: 'pruned', reports, runs: [run(1, 0.3)] }),
    entry(3, { state: 'failed', reports: [], reason: 'worker' }),
    entry(4),
  ]; // prettier-ignore

  it('has one score a complete trial, or one for each of its seeds', () => {
    const common = { configuration: { loss: 'mse' }, task: 'rte' };
    expect(scoredTrials(trials, { objectives: OBJECTIVES, objective: 1, task: 'rte' })).toEqual([
      { ...common, score: 0.5, place: 'trial 0' },
      { ...common, score: 0.6, place: 'trial 1', repetition: 'seed 2' },
      { ...common, score: 0.8, place: 'trial 1', repetition: 'seed 3' },
    ]);
  });

  it('takes the first objective, and at a budget whoever came so far', () => {
    expect(scoredTrials(trials, { objectives: OBJECTIVES }).map(({ score }) => score)).toEqual([
      10, 10, 10,
    ]);
    const early = scoredTrials(trials, { objectives: OBJECTIVES, budget: 1 });
    expect(early.map(({ place, score }) => [place, score])).toEqual([
      ['trial 0', 0.3],
      ['trial 1', 0.3],
      ['trial 2', 0.3],
    ]);
  });
});
