import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import {
  createRng,
  type Engine,
  type HostTensor,
  type HostTensors,
  type PairWeighting,
  type TextModel,
} from '@distiller/core';
import { createEagerEngine, sgd } from '@distiller/engine';
import type { MatchedPairs } from './matched-pairs.js';
import { pairFeedback } from './pair-feedback.js';
import { studentProgram, type StudentProgram } from './student-program.js';

/** Weighs a pair by its loss plus the sum of what it saw. */
class Summing implements PairWeighting {
  private seen = 0;

  constructor(
    readonly losses: 'own' | 'previous',
    readonly group?: string,
  ) {}

  weigh = (losses: Float32Array) => losses.map((loss) => loss + this.seen);

  update(losses: Float32Array): void {
    this.seen = Math.fround(this.seen + losses.reduce((a, b) => a + b, 0));
  }

  snapshot = (): HostTensors => ({ seen: tensor([this.seen]) });

  restore(state: HostTensors): void {
    this.seen = (state['seen'] as HostTensor).data[0] as number;
  }
}

const tensor = (values: number[]): HostTensor => ({
  dtype: 'float32',
  shape: [values.length],
  data: Float32Array.from(values),
});

/** A program of terms of two pairs each; its forward pass answers 1 and 2 for all of them. */
function feedbackOf(weightings: Readonly<Record<string, PairWeighting>>) {
  let runs = 0;
  let disposed = 0;
  const matched = Object.entries(weightings).map(
    ([name, weighting]) =>
      ({ term: { name }, pairs: [{}, {}], weighting }) as unknown as MatchedPairs,
  );
  const engine = {
    inference: async () => ({
      setWeights: () => undefined,
      run: async () => {
        runs += 1;
        return Object.fromEntries(
          Object.keys(weightings).map((name) => [`pairs/${name}`, tensor([1, 2])]),
        );
      },
      dispose: async () => void (disposed += 1),
    }),
  } as unknown as Engine;
  const feedback = pairFeedback({ matched, weights: {} } as unknown as StudentProgram, engine);
  if (!feedback) throw new Error('there is nothing to weigh');
  return { feedback, counts: () => ({ runs, disposed }) };
}

const weightsOf = async (feedback: ReturnType<typeof feedbackOf>['feedback'], name: string) => {
  const inputs = await feedback.inputs({}, {});
  return [...(inputs[`weights/${name}`] as HostTensor).data];
};

describe('pairFeedback', () => {
  it('is nothing where no matching weighs its pairs', () => {
    const program = { matched: [{ term: { name: 'a' }, pairs: [] }] } as unknown as StudentProgram;
    expect(pairFeedback(program, {} as Engine)).toBeUndefined();
  });

  it('weighs by the own losses of a batch, and by those of the step before', async () => {
    const { feedback, counts } = feedbackOf({
      own: new Summing('own'),
      old: new Summing('previous'),
    });
    expect(await weightsOf(feedback, 'own')).toEqual([1, 2]);
    expect(await weightsOf(feedback, 'old')).toEqual([0, 0]);
    feedback.observe({ 'pairs/own': tensor([4, 5]), 'pairs/old': tensor([6, 7]) });
    expect(await weightsOf(feedback, 'own')).toEqual([10, 11]);
    expect(await weightsOf(feedback, 'old')).toEqual([19, 20]);
    await feedback.dispose();
    expect(counts()).toEqual({ runs: 4, disposed: 1 });
  });

  it('makes no forward pass when nobody asks for own losses', async () => {
    const { feedback, counts } = feedbackOf({ old: new Summing('previous') });
    await weightsOf(feedback, 'old');
    await feedback.dispose();
    expect(counts()).toEqual({ runs: 0, disposed: 0 });
  });

  it('continues from a snapshot', async () => {
    const make = () => feedbackOf({ old: new Summing('previous') }).feedback;
    const [first, second] = [make(), make()];
    first.observe({ 'pairs/old': tensor([createRng(1).uniform(), 2]) });
    second.restore(first.snapshot());
    expect(await weightsOf(second, 'old')).toEqual(await weightsOf(first, 'old'));
  });

  it('gives weightings of one group the mean of their states', async () => {
    const { feedback } = feedbackOf({
      a: new Summing('previous', 'both'),
      b: new Summing('previous', 'both'),
    });
    feedback.observe({ 'pairs/a': tensor([1, 1]), 'pairs/b': tensor([3, 3]) });
    // sums 2 and 6, mean 4, and the losses of the step before
    expect(await weightsOf(feedback, 'a')).toEqual([5, 5]);
    expect(await weightsOf(feedback, 'b')).toEqual([7, 7]);
  });
});

/** Hidden states: `scale` for every token, doubled by dropout. The pair's loss is their mean. */
function scalingProgram(weighting: PairWeighting): StudentProgram {
  const description = {
    architecture: 'toy',
    layers: 1,
    hiddenSize: 1,
    heads: 1,
    vocabularySize: 8,
    maxLength: 8,
    outputs: 2,
    provides: ['hidden'],
  } as const;
  const model: Pick<TextModel, 'description' | 'weights' | 'forward'> = {
    description,
    weights: { scale: { dtype: 'float32', shape: [1], data: Float32Array.of(1) } },
    forward: ({ scale }, { ids }, { training }) => ({
      logits: tf.zeros([1, 2]),
      hidden: [tf.mul(tf.expandDims(tf.cast(ids, 'float32'), -1), tf.mul(scale as tf.Tensor, training ? 2 : 1))], // prettier-ignore
      mask: tf.onesLike(tf.cast(ids, 'float32')) as tf.Tensor2D,
    }),
  };
  return studentProgram({
    model: model as TextModel,
    kind: 'classification',
    teacher: description,
    objectives: [],
    intermediate: [
      {
        name: 'a',
        weight: 1,
        reduce: 'sum',
        matching: {
          pairs: () => [{ student: 0, teacher: 0, weight: 1 }],
          weighting: () => weighting,
        },
        objective: {
          feature: 'hidden',
          needsEqualWidth: true,
          loss: ({ student }) => tf.mean(student) as tf.Scalar,
        },
      },
    ],
    rng: createRng(1),
  });
}

describe('pairFeedback on an engine', () => {
  it('weighs each batch by its own losses, without dropout and with the weights as they are', async () => {
    const weighting: PairWeighting = {
      losses: 'own',
      weigh: (losses) => losses,
      update: () => undefined,
      snapshot: () => ({}),
      restore: () => undefined,
    };
    const engine = await createEagerEngine({ backend: 'cpu' });
    const program = scalingProgram(weighting);
    const training = await engine.training(program.program, program.weights, sgd({}));
    const feedback = pairFeedback(program, engine);
    const batch = (id: number): HostTensors => ({
      ids: { dtype: 'int32', shape: [1, 2], data: Int32Array.of(id, id) },
      'teacher/hidden/0': { dtype: 'float32', shape: [1, 2, 1], data: new Float32Array(2) },
    });
    const completed = async (inputs: HostTensors) => ({
      ...inputs,
      ...(await feedback?.inputs(inputs, await training.weights())),
    });
    const weightOf = (inputs: HostTensors) => inputs['weights/a']?.data[0];

    const first = await completed(batch(3));
    const second = await completed(batch(5));
    expect([first, second].map(weightOf)).toEqual([3, 5]);
    const { outputs } = await training.step([first, second], {
      seed: 1,
      step: 0,
      learningRate: 1 / 68,
    });
    expect(outputs['pairs/a']?.data[0]).toBe(10); // of the last micro-batch, with dropout
    // The gradient: ½ · (3 · 2 · 3 + 5 · 2 · 5) = 34, so that ½ of the scale is left
    expect(weightOf(await completed(batch(3)))).toBeCloseTo(1.5, 5);

    await feedback?.dispose();
    await training.dispose();
    await engine.dispose();
  });
});
