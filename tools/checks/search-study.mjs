import { RECIPES } from './kill-recipes.mjs';

const { online } = RECIPES;

/** A student of a few steps. Losses on layers, and whether the teacher is cached, are left to the search. */
export const STUDENT = {
  ...online,
  intermediate: [],
  teacher: { ...online.teacher, signals: undefined },
  training: { ...online.training, accumulate: 1, evaluateEvery: 6, checkpointEvery: 8 },
};

/** A study whose proposals and prunings depend on what came before. */
export function studyFor(trials) {
  return {
    name: 'search',
    seed: 11,
    recipe: 'student.json',
    space: {
      parameters: [
        { name: 'training.learningRate', kind: 'float', low: 3e-4, high: 3e-2, log: true },
        { name: 'objectives.0.temperature', kind: 'ordered', values: [1, 2, 4] },
        { name: 'loss', kind: 'categorical', values: ['none', 'mse', 'mi'], stage: 'intermediate' },
        {
          name: 'intermediate.0.alpha',
          kind: 'ordered',
          values: [0, 0.5, 0.9],
          when: [{ parameter: 'loss', in: ['mi'] }],
        },
      ],
    },
    patches: {
      loss: {
        none: {},
        mse: { intermediate: [{ use: 'hidden-mse', matching: { use: 'skip' } }] },
        mi: { intermediate: [{ use: 'mi-alpha', matching: { use: 'skip' } }] },
      },
    },
    sampler: { use: 'tpe', startupTrials: 6 },
    pruner: { use: 'asha', reduction: 2 },
    budget: { setting: 'training.maxSteps', min: 6, max: 24 },
    trials,
    concurrency: 2,
  };
}
