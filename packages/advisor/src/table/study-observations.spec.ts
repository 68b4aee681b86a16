import { describe, expect, it } from '@jest/globals';
import type { TrialEntry } from '@distiller/search';
import { studyRows } from './study-observations.js';

const run = (seed: number, accuracy: number) => ({
  seed,
  metric: 'accuracy',
  scores: { accuracy, loss: 1 },
  parameters: 1,
  bytes: 1,
  trainSeconds: 1,
  steps: 1,
});

const trials: TrialEntry[] = [
  {
    number: 0,
    losses: 0,
    configuration: { student: 'small', loss: 'mse' },
    outcome: {
      state: 'complete',
      reports: [{ budget: 1, value: 0.5 }],
      values: [0.65],
      runs: [run(1, 0.6), run(2, 0.7)],
    },
  },
  {
    number: 1,
    losses: 0,
    configuration: { student: 'tiny', loss: 'mi' },
    outcome: { state: 'pruned', reports: [{ budget: 1, value: 0.3 }], runs: [] },
  },
  {
    number: 2,
    losses: 0,
    configuration: { student: 'tiny', loss: 'ce' },
    outcome: { state: 'failed', reports: [{ budget: 1, value: 0.9 }], reason: 'NaN' },
  },
  { number: 3, losses: 0, configuration: { student: 'tiny', loss: 'ce' } },
];

const facts = {
  task: 't',
  teacher: 'large',
  teacherScore: 0.8,
  studentOf: ({ student, ...configuration }: TrialEntry['configuration']) => ({
    student: String(student),
    configuration,
  }),
};

describe('studyRows', () => {
  it('has a row for each training of a complete trial, as a share of the teacher', () => {
    const rows = studyRows(trials, facts);
    expect(rows.map(({ ratio }) => ratio)).toEqual([0.6 / 0.8, 0.7 / 0.8]);
    expect(rows[0]).toEqual({
      task: 't',
      teacher: 'large',
      student: 'small',
      configuration: { loss: 'mse' },
      ratio: 0.6 / 0.8,
    });
  });

  it('estimates what pruned trials would have reached, if asked', () => {
    const rows = studyRows(trials, { ...facts, estimatePruned: true });
    // 0.3, and the 0.1 that the first run of the complete trial gained after that.
    expect(rows[2]?.ratio).toBeCloseTo(0.5, 12);
    expect(rows).toHaveLength(3);
    expect(rows[2]?.student).toBe('tiny');
  });

  it('leaves out a pruned trial that no complete one can be compared with', () => {
    const alone = trials.slice(1);
    expect(studyRows(alone, { ...facts, estimatePruned: true })).toEqual([]);
  });
});
