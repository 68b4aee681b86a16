import { describe, expect, it } from '@jest/globals';
import { distillReport, evaluationReport, finetuneReport } from './reports.js';

describe('distillReport', () => {
  const row = { model: 'bert 2×128', parameters: 4_385_920, bytes: 17_543_680, latencyMs: 1.24 };
  const result = {
    name: 'sample',
    task: 'sst-2',
    metric: 'accuracy',
    scoredOn: 'validation' as const,
    engine: 'onnx/cpu',
    seed: 1,
    rows: [
      {
        role: 'teacher' as const,
        model: 'bert 6×384',
        parameters: 22_713_602,
        bytes: 90_854_408,
        scores: { accuracy: 0.9 },
        latencyMs: 8.1,
        trainSeconds: 0,
      },
      { ...row, role: 'student-no-kd' as const, scores: { accuracy: 0.8 }, trainSeconds: 61 },
      { ...row, role: 'student-kd' as const, scores: { accuracy: 0.8235 }, trainSeconds: 75.2 },
    ],
    retained: 0.915,
    gain: 0.0235,
    examplesPerSecond: 412,
    steps: 600,
    versions: {},
  };

  it('shows the three rows and what distillation gave', () => {
    expect(distillReport(result).split('\n')).toEqual([
      '                    model       parameters     size  accuracy  latency    training',
      'teacher             bert 6×384      22.7 M  90.9 MB    0.9000   8.1 ms           –',
      'student without KD  bert 2×128      4.39 M  17.5 MB    0.8000   1.2 ms  1 min 01 s',
      'student with KD     bert 2×128      4.39 M  17.5 MB    0.8235   1.2 ms  1 min 15 s',
      '',
      "The student keeps 91.5 % of the teacher's accuracy (validation split); distillation gave it +0.0235.",
      '',
    ]);
  });

  it('says nothing of a gain without the baseline, and shows a loss as one', () => {
    const { gain, ...alone } = result;
    expect(gain).toBe(0.0235);
    expect(distillReport(alone)).toMatch(/\(validation split\)\.\n$/);
    expect(distillReport({ ...result, gain: -0.01 })).toMatch(/gave it -0\.0100\.\n$/);
  });
});

describe('evaluationReport', () => {
  it('shows scores, the number of examples and the latency', () => {
    const text = evaluationReport({
      split: 'test',
      examples: 872,
      scores: { accuracy: 0.9 },
      latencyMs: 1.24,
    });
    expect(text.split('\n')).toEqual([
      '            test',
      'accuracy  0.9000',
      'examples     872',
      'latency   1.2 ms',
      '',
    ]);
  });
});

describe('finetuneReport', () => {
  it('shows scores, size and time', () => {
    const text = finetuneReport({
      name: 'teacher',
      task: 'sst-2',
      metric: 'accuracy',
      scoredOn: 'validation',
      engine: 'onnx/cpu',
      seed: 1,
      model: 'runs/teacher/model',
      parameters: 22_713_602,
      scores: { accuracy: 0.9, f1: 0.8 },
      latencyMs: 8.1,
      trainSeconds: 61,
      steps: 100,
      recipeHash: '',
      versions: {},
    });
    expect(text).toMatch(/^ +validation\naccuracy +0\.9000\nf1 +0\.8000\nparameters +22\.7 M\n/);
    expect(text).toMatch(/\ntraining +1 min 01 s, 100 steps\n$/);
  });
});
