import { describe, expect, it } from '@jest/globals';
import {
  DistillerError,
  type Batch,
  type HostTensors,
  type SignalNeeds,
  type Teacher,
} from '@distiller/core';
import * as tf from '@tensorflow/tfjs';
import { failingChecks } from './failing-checks.js';
import { letters } from './letters.fixture.js';
import { teacherChecks } from './teacher-checks.js';

/** A correct teacher of one layer: logits are the sum and the number of its letters. */
function teacher(): Teacher {
  let computed = 0;
  return {
    tokenizer: letters,
    description: {
      architecture: 'letters',
      layers: 1,
      hiddenSize: 1,
      heads: 1,
      vocabularySize: 27,
      maxLength: 10,
      outputs: 2,
      provides: ['logits', 'hidden'],
    },
    fingerprint: 'letters',
    signals: async (batch, needs) => {
      computed += batch.examples.length;
      return answer(batch, needs);
    },
    statistics: () => ({ computed, cached: 0 }),
    dispose: async () => undefined,
  };
}

function answer({ encodings }: Batch, { logits, layers }: SignalNeeds): HostTensors {
  const { ids, mask } = encodings['teacher'] as Required<HostTensors>;
  const [rows, length] = ids?.shape as [number, number];
  const data = new Float32Array(rows * 2);
  ids?.data.forEach((id, i) => {
    const row = Math.floor(i / length);
    data[2 * row] = (data[2 * row] ?? 0) + id;
    data[2 * row + 1] = (data[2 * row + 1] ?? 0) + (mask?.data[i] ?? 0);
  });
  const foreign = layers.find(({ feature, layer }) => feature !== 'hidden' || layer > 1);
  if (foreign) throw new DistillerError('config', 'no such layer');
  return {
    ...(logits && { logits: { dtype: 'float32', shape: [rows, 2], data } }),
    ...Object.fromEntries(
      layers.map(({ layer }) => [
        `hidden/${layer}`,
        { dtype: 'float32', shape: [rows, length, 1], data: Float32Array.from(ids?.data ?? []) },
      ]),
    ),
  };
}

function failures(change: (right: Teacher) => Partial<Teacher> = () => ({})) {
  return failingChecks(teacherChecks, {
    open: async () => {
      const right = teacher();
      return { ...right, ...change(right) };
    },
    examples: [
      { id: '0', texts: ['abc'] },
      { id: '1', texts: ['zz'] },
    ],
  });
}

/** Changes the logits of a correct teacher. */
const logits =
  (change: (value: number, index: number, batch: Batch) => number) =>
  ({ signals }: Teacher): Partial<Teacher> => ({
    signals: async (batch, needs) => {
      const right = await signals(batch, needs);
      const { logits: given, ...rest } = right;
      if (!given) return right;
      const data = Float32Array.from(given.data, (value, i) => change(value, i, batch));
      return { logits: { ...given, data }, ...rest };
    },
  });

describe('teacherChecks', () => {
  it('pass a correct teacher', async () => expect(await failures()).toEqual([]));

  it('find more than was asked for, other shapes and numbers that are none', async () => {
    const name = 'gives what is asked for and nothing else, in the shapes of its description';
    const talkative = ({ signals }: Teacher): Partial<Teacher> => ({
      signals: (batch, needs) => signals(batch, { ...needs, logits: true }),
    });
    expect(await failures(talkative)).toEqual([name]);
    const wide = ({ description }: Teacher): Partial<Teacher> => ({
      description: { ...description, hiddenSize: 2 },
    });
    expect(await failures(wide)).toEqual([name]);
    expect(await failures(logits((value, i) => (i === 1 ? Infinity : value)))).toContain(name);
  });

  it('find answers that change, or that depend on the row', async () => {
    const name = 'says the same of the same text';
    let calls = 0;
    expect(await failures(logits((value) => value + 1e-6 * calls++))).toContain(name);
    expect(await failures(logits((value, i) => (i < 2 ? value + 1 : value)))).toContain(name);
  });

  it('find padding and neighbours that count', async () => {
    const byLength = logits(
      (value, _, { encodings }) => value + (encodings['teacher']?.['ids']?.shape[1] ?? 0),
    );
    expect(await failures(byLength)).toEqual(['heeds neither padding nor neighbours']);
  });

  it('find rows that are lost where examples end', async () => {
    const cut = ({ signals }: Teacher): Partial<Teacher> => ({
      signals: async (batch, needs) => {
        const right = await signals(batch, needs);
        const given = right['logits'];
        const rows = batch.examples.length;
        if (!given) return right;
        return {
          ...right,
          logits: { ...given, shape: [rows, 2], data: given.data.slice(0, rows * 2) },
        };
      },
    });
    expect(await failures(cut)).toEqual(['answers batches with more rows than examples']);
  });

  it('find a layer that is made up', async () => {
    const lavish = (): Partial<Teacher> => ({
      signals: async (batch, needs) =>
        answer(batch, { ...needs, layers: needs.layers.filter(({ layer }) => layer <= 1) }),
    });
    expect(await failures(lavish)).toContain('refuses layers that it does not have');
  });

  it('find texts that are not counted, other fingerprints, and tensors left behind', async () => {
    const silent = () => ({ statistics: () => ({ computed: 0, cached: 0 }) });
    expect(await failures(silent)).toEqual(['counts the texts that it answered']);
    let opened = 0;
    expect(await failures(() => ({ fingerprint: String(opened++) }))).toEqual([
      'has one fingerprint whenever it is opened',
    ]);
    const kept: tf.Tensor[] = [];
    const name = 'leaves no tensor behind, and can be disposed of twice';
    expect(await failures(() => ({ dispose: async () => void kept.push(tf.scalar(1)) }))).toEqual([
      name,
    ]);
    tf.dispose(kept);
    const once = () => {
      let isGone = false;
      return {
        dispose: async () => {
          if (isGone) throw new Error('gone');
          isGone = true;
        },
      };
    };
    expect(await failures(once)).toEqual([name]);
  });
});
