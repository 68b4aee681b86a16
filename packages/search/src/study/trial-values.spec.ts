import { describe, expect, it } from '@jest/globals';
import type { StudyObjective } from '../trial.js';
import { runValue, trialValues } from './trial-values.js';
import { toyRun } from './toy-study.fixture.js';

const objective = (name: string): StudyObjective => ({ name, direction: 'maximise' });

describe('trialValues', () => {
  it('are means over the runs, with their spread', () => {
    // Mean of 0.5, 0.6, 0.8 is 1.9/3; deviations −0.4/3, −0.1/3, 0.5/3; their squares sum to 0.42/9, over 2 is 0.07/3.
    const { values, spread } = trialValues(
      [objective('score'), objective('bytes')],
      [0.5, 0.6, 0.8].map(toyRun),
    );
    expect(values[0]).toBeCloseTo(1.9 / 3, 12);
    expect(spread?.[0]).toBeCloseTo(Math.sqrt(0.07 / 3), 12);
    expect([values[1], spread?.[1]]).toEqual([40, 0]);
    expect(trialValues([objective('accuracy')], [toyRun(0.5)])).toEqual({ values: [0.5] });
  });

  it('know the share of the teacher', () => {
    const run = { ...toyRun(0.45), teacherScores: { accuracy: 0.9 } };
    expect(runValue(objective('retained'), run)).toBe(0.5);
  });

  it('refuse what the task does not have, and what is no number', () => {
    expect(() => runValue(objective('acuracy'), toyRun(1))).toThrow(
      /no metric "acuracy"\. Did you mean "accuracy"/,
    );
    expect(() => runValue(objective('score'), toyRun(NaN))).toThrow(/score is NaN/);
  });
});
