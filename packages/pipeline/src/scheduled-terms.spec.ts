import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  createRng,
  type Engine,
  type HostTensors,
  type ModelDescription,
  type Objective,
  type TextModel,
} from '@distiller/core';
import {
  adamw,
  constantSchedule,
  createEagerEngine,
  detach,
  linearDecay,
  linearGrowth,
} from '@distiller/engine';
import { createOnnxEngine } from '@distiller/engine-onnx';
import * as tf from '@tensorflow/tfjs';
import type { WeightedIntermediate, WeightedObjective } from './distillation.js';
import { MetricsLog } from './metrics-log.js';
import { runPhase } from './phase.js';
import { hostInputs } from './step-inputs.js';
import { studentProgram } from './student-program.js';

const [STEPS, TEXTS, TOKENS, WORDS, WIDTH] = [8, 4, 3, 9, 5];

const description: ModelDescription = {
  architecture: 'bag',
  layers: 1,
  hiddenSize: WIDTH,
  heads: 1,
  vocabularySize: WORDS,
  maxLength: TOKENS,
  outputs: 2,
  provides: ['logits', 'hidden'],
};

/** Mean of word vectors, and a linear head. */
const model = {
  description,
  weights: { table: normals('table', [WORDS, WIDTH]), head: normals('head', [WIDTH, 2]) },
  forward: ({ table, head }, { ids, mask }) => {
    const vectors = tf.gather(table as tf.Tensor, ids) as tf.Tensor3D;
    return {
      logits: tf.matMul(tf.mean(vectors, 1), head as tf.Tensor2D),
      hidden: [vectors, vectors],
      mask: tf.cast(mask, 'float32'),
    };
  },
} as Pick<TextModel, 'description' | 'weights' | 'forward'> as TextModel;

const soft: Objective = {
  reads: ['teacher'],
  refuses: () => undefined,
  loss: ({ student, teacher }) =>
    tf.mean(tf.squaredDifference(student, detach(teacher as tf.Tensor2D))) as tf.Scalar,
};

/** Reads the share of the training that is done, and pulls towards it. */
const drifting: Objective = {
  reads: ['progress'],
  refuses: () => undefined,
  loss: ({ student, progress }) =>
    tf.add(tf.mean(tf.square(student)), progress as tf.Scalar) as tf.Scalar,
};

const objectives: WeightedObjective[] = [
  { name: 'growing', weight: 2, schedule: linearGrowth(), objective: soft },
  { name: 'drifting', weight: 0.5, objective: drifting },
];

const intermediate: WeightedIntermediate[] = [
  {
    name: 'decaying',
    weight: 3,
    schedule: linearDecay(),
    matching: { pairs: () => [{ student: 1, teacher: 1, weight: 1 }] },
    reduce: 'sum',
    objective: {
      feature: 'hidden',
      needsEqualWidth: true,
      loss: ({ student, teacher }) =>
        tf.mean(tf.squaredDifference(student, detach(teacher))) as tf.Scalar,
    },
  },
];

jest.setTimeout(30_000); // phases that sync their files to disk

describe.each([
  ['eager', () => createEagerEngine({ backend: 'cpu' })],
  ['compiled', () => createOnnxEngine({ threads: 1 })],
] as const)('scheduled terms, %s', (_, create) => {
  let folder: string;
  let engine: Engine;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'distiller-scheduled-'));
    engine = await create();
  });
  afterEach(async () => {
    await engine.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  /** Trains in a folder, from its last checkpoint if there is one; stops after a step when told to. */
  async function train(name: string, terms = objectives, stopAfter = Infinity) {
    const built = studentProgram({
      model,
      kind: 'classification',
      teacher: description,
      objectives: terms,
      intermediate: terms === objectives ? intermediate : [],
      rng: createRng(1),
    });
    const stop = new AbortController();
    const path = join(folder, name, 'metrics.jsonl');
    await runPhase(
      {
        role: 'student-kd',
        engine,
        program: built.program,
        weights: built.weights,
        plan: {
          epochs: 1,
          batchSize: TEXTS,
          accumulate: 1,
          maxLength: TOKENS,
          learningRate: 0.05,
          optimizer: adamw({}),
          schedule: constantSchedule(),
          checkpointEvery: 3,
          keepCheckpoints: 2,
          logEvery: 1,
        },
        seed: 7,
        totalSteps: STEPS,
        stepsPerEvaluation: STEPS,
        stepsPerEpoch: STEPS,
        batches: async (step) => [{ ...batch(step), ...hostInputs(built, step, STEPS) }],
        evaluate: async () => ({ accuracy: 0 }),
        selects: 'accuracy',
        saveBest: async () => undefined,
        folder: join(folder, name),
        reporter: {
          info: () => undefined,
          warn: () => undefined,
          progress: ({ done }) => void (done === stopAfter && stop.abort()),
        },
        signal: stop.signal,
      },
      (keepBytes) => MetricsLog.open(path, keepBytes),
      0,
    );
    const text = await readFile(path, 'utf8');
    const lines = text.trim().split('\n').map((line) => JSON.parse(line)); // prettier-ignore
    return lines.filter(({ loss }) => loss !== undefined);
  }

  it('count in the loss by their factor at every step', async () => {
    const lines = await train('run');
    expect(lines.length).toBe(STEPS);
    for (const { step, loss, losses } of lines) {
      const done = (step - 1) / STEPS; // a line is written after its step
      const { growing, drifting, decaying } = losses;
      expect(loss).toBeCloseTo(2 * done * growing + 0.5 * drifting + 3 * (1 - done) * decaying, 4);
      expect(drifting).toBeGreaterThanOrEqual(done); // it was told the progress
    }
  });

  it('have no gradient at factor 0', async () => {
    const lines = await train('growing', objectives.slice(0, 1));
    expect(lines[0].gradientNorm).toBe(0);
    expect(lines[0].losses.growing).toBeGreaterThan(0);
    expect(lines[1].gradientNorm).toBeGreaterThan(0);
  });

  it('go on with the same bytes after a stop', async () => {
    await train('whole');
    await expect(train('stopped', objectives, 4)).rejects.toThrow(/Stopped after step 4 of 8/);
    await train('stopped');
    const end = `step-0000000${STEPS}`;
    for (const file of [
      'metrics.jsonl',
      `${end}/weights.safetensors`,
      `${end}/optimizer.safetensors`,
    ]) {
      const [whole, stopped] = [join(folder, 'whole', file), join(folder, 'stopped', file)];
      expect((await readFile(stopped)).equals(await readFile(whole))).toBe(true);
    }
  });
});

/** Other texts at every step. */
function batch(step: number): HostTensors {
  const rng = createRng(step);
  const count = TEXTS * TOKENS;
  const ids = Int32Array.from({ length: count }, () => rng.integer(WORDS));
  const integers = (data: Int32Array) =>
    ({ dtype: 'int32', shape: [TEXTS, TOKENS], data }) as const;
  return {
    ids: integers(ids),
    mask: integers(new Int32Array(count).fill(1)),
    types: integers(new Int32Array(count)),
    'teacher/logits': normals(`logits ${step}`, [TEXTS, 2]),
    'teacher/hidden/1': normals(`hidden ${step}`, [TEXTS, TOKENS, WIDTH]),
  };
}

function normals(name: string, shape: readonly number[]) {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return { dtype: 'float32', shape, data: createRng(3).derive(name).normals(size) } as const;
}
