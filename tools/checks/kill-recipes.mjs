const task = { use: 'wordnet', labelled: 400, validation: 60, test: 60, transfer: 200 };
const training = { batchSize: 16, maxLength: 24, learningRate: 2e-3 };

/** A teacher that need not be good. */
export const TEACHER = {
  name: 'teacher',
  task,
  model: {
    use: 'bert',
    layers: 3,
    hiddenSize: 32,
    heads: 2,
    intermediateSize: 64,
    tokenizer: { train: { vocabularySize: 500 } },
  },
  training: { ...training, maxSteps: 10 },
};

/** Everything that has state: dropout, projections of hidden layers, transfer texts, two students, frequent checkpoints. */
function recipe(signals) {
  return {
    name: 'student',
    seed: 3,
    engine: { use: 'onnx' },
    task,
    teacher: { use: 'bert', model: 'teacher/model', signals },
    student: { use: 'bert', layers: 2, hiddenSize: 24, heads: 2, intermediateSize: 48 },
    objectives: [
      { use: 'soft-cross-entropy', temperature: 2 },
      { use: 'hard-label', weight: 0.5 },
    ],
    intermediate: [{ use: 'hidden-mse', matching: { use: 'skip' } }],
    training: {
      ...training,
      maxSteps: 40,
      evaluateEvery: 7,
      checkpointEvery: 3,
      logEvery: 1,
      accumulate: 2,
    },
  };
}

/** Pairs whose weights depend on the steps before. */
const transported = {
  ...recipe('online'),
  intermediate: [
    { use: 'hidden-mse', matching: { use: 'emd', losses: 'own', share: 'layers' } },
    { use: 'attention-mse', matching: { use: 'emd', losses: 'previous', share: 'layers' } },
  ],
};

/** The two ways in which a teacher answers, and state that the host keeps between steps. */
export const RECIPES = {
  online: recipe('online'),
  cached: recipe({ cache: {} }),
  transported,
};
