import { describe, expect, it } from '@jest/globals';
import {
  createRng,
  type Engine,
  type HostTensor,
  type HostTensors,
  type PairWeighting,
} from '@distiller/core';
import type { MatchedPairs } from './matched-pairs.js';
import { pairFeedback } from './pair-feedback.js';
import type { StudentProgram } from './student-program.js';

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
