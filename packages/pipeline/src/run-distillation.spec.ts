import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import {
  createRng,
  type Engine,
  type Example,
  type Matching,
  type Objective,
  type Parameter,
  type Reporter,
  type Task,
  type Teacher,
  type TextModel,
  type TokenizerModel,
} from '@distiller/core';
import {
  adamw,
  createEagerEngine,
  detach,
  linear,
  linearSchedule,
  writeSafetensors,
} from '@distiller/engine';
import type { Distillation } from './distillation.js';
import { runDistillation } from './run-distillation.js';

/** One token a word, hashed into a small vocabulary; 0 pads, 1 begins. */
const tokenizer: TokenizerModel = {
  fingerprint: 'words',
  vocabularySize: 24,
  padId: 0,
  encode: (texts, maxLength) => {
    const ids = [
      1,
      ...texts
        .join(' ')
        .split(' ')
        .map((word) => 2 + (word.charCodeAt(0) % 22)),
    ].slice(0, maxLength);
    return { ids, types: ids.map(() => 0) };
  },
  files: () => ({}),
};

function parameter(shape: number[], values: Float32Array): Parameter {
  return { dtype: 'float32', shape, data: values.map((value) => value * 0.3) };
}

/** Mean of word vectors, and a linear head: the smallest model with hidden states. */
function bagOfWords(width: number, seed: number): TextModel {
  const rng = createRng(seed);
  const model: TextModel = {
    description: {
      architecture: 'bag',
      layers: 1,
      hiddenSize: width,
      heads: 1,
      vocabularySize: 24,
      maxLength: 8,
      outputs: 2,
      provides: ['logits', 'hidden'],
    },
    weights: {
      table: parameter([24, width], rng.derive('table').normals(24 * width)),
      'head.weight': parameter([2, width], rng.derive('head').normals(2 * width)),
    },
    tokenizer,
    fingerprint: `bag-${width}-${seed}`,
    forward: (params, { ids, mask }) => {
      const vectors = tf.gather(params['table'] as tf.Tensor, ids) as tf.Tensor3D;
      const weights = tf.expandDims(tf.cast(mask, 'float32'), -1);
      const pooled = tf.div(tf.sum(tf.mul(vectors, weights), 1), tf.sum(weights, 1));
      return {
        logits: linear(pooled, params['head.weight'] as tf.Tensor2D) as tf.Tensor2D,
        hidden: [vectors, vectors],
        mask: tf.cast(mask, 'float32') as tf.Tensor2D,
      };
    },
    files: () => ({}),
    save: (folder, weights = model.weights) =>
      writeSafetensors(join(folder, 'model.safetensors'), weights),
  };
  return model;
}

const WORDS = ['apple', 'bear', 'cat', 'dog', 'egg', 'fox', 'gate', 'hat'];

/** Label 1 when the text has more words from the first half of the alphabet list. */
function examples(split: string, count: number): Example[] {
  const rng = createRng(5).derive(split);
  return Array.from({ length: count }, (_, index) => {
    const picks = Array.from({ length: 3 + rng.integer(4) }, () => rng.integer(WORDS.length));
    const first = picks.filter((pick) => pick < 4).length;
    return {
      id: `${split}-${index}`,
      texts: [picks.map((pick) => WORDS[pick]).join(' ')],
      ...(split === 'transfer' ? {} : { label: first * 2 > picks.length ? 1 : 0 }),
    };
  });
}

function accuracy(logits: Float32Array, labels: Float32Array): number {
  const hits = labels.reduce((sum, label, i) => {
    const predicted = (logits[2 * i + 1] ?? 0) > (logits[2 * i] ?? 0) ? 1 : 0;
    return sum + (predicted === label ? 1 : 0);
  }, 0);
  return hits / labels.length;
}

const SIZES = { train: 24, validation: 16, test: 20, transfer: 40 };

const task: Task = {
  name: 'toy',
  kind: 'classification',
  arity: 1,
  labels: ['few', 'many'],
  activation: 'softmax',
  outputs: 2,
  splits: ['train', 'validation', 'test', 'transfer'],
  metrics: ['accuracy'],
  selects: 'accuracy',
  async *read(split) {
    yield* examples(split, SIZES[split]);
  },
  evaluation() {
    const logits: number[] = [];
    const labels: number[] = [];
    return {
      add({ examples }, { data }) {
        examples.forEach(({ label }, row) => {
          labels.push(label as number);
          logits.push(...data.subarray(2 * row, 2 * row + 2));
        });
      },
      scores: () => ({
        accuracy: accuracy(Float32Array.from(logits), Float32Array.from(labels)),
      }),
    };
  },
};

const softMse: Objective = {
  reads: ['teacher'],
  refuses: () => undefined,
  loss: ({ student, teacher }) =>
    tf.mean(tf.square(tf.sub(student, detach(teacher as tf.Tensor)))) as tf.Scalar,
};

const labels: Objective = {
  reads: ['labels'],
  refuses: () => undefined,
  loss: ({ student, labels: ids }) =>
    tf.neg(
      tf.mean(tf.sum(tf.mul(tf.gather(tf.eye(2), ids as tf.Tensor1D), tf.logSoftmax(student)), -1)),
    ) as tf.Scalar,
};

const lastToLast: Matching = { pairs: () => [{ student: 1, teacher: 1, weight: 1 }] };

/** Weighs its pair by the mean of all losses that it saw, and the loss at hand. */
const remembering = (losses: 'own' | 'previous'): Matching => ({
  ...lastToLast,
  weighting: () => {
    let [sum, count] = [0, 0];
    return {
      losses,
      weigh: ([loss = 0]) => Float32Array.of(0.5 + loss + (count > 0 ? sum / count : 0)),
      update: ([loss = 0]) => void ([sum, count] = [Math.fround(sum + loss), count + 1]),
      snapshot: () => ({
        seen: { dtype: 'float32', shape: [2], data: Float32Array.of(sum, count) },
      }),
      restore: ({ seen }) => void ([sum, count] = seen?.data as unknown as [number, number]),
    };
  },
});

async function teacherOf(model: TextModel, engine: Engine): Promise<Teacher> {
  const inference = await engine.inference((params, inputs, context) => {
    const { logits, hidden } = model.forward(params, inputs as never, context);
    return { outputs: { logits, 'hidden/1': hidden?.[1] as tf.Tensor } };
  }, model.weights);
  return {
    description: model.description,
    model,
    fingerprint: model.fingerprint,
    signals: async (batch, { layers }) => {
      const all = await inference.run(batch.encodings['teacher'] ?? {});
      return {
        logits: all['logits'] as never,
        ...(layers.length ? { 'hidden/1': all['hidden/1'] as never } : {}),
      };
    },
    statistics: () => ({ computed: 0, cached: 0 }),
    dispose: () => inference.dispose(),
  };
}

const silent: Reporter = {
  info: () => undefined,
  warn: () => undefined,
  progress: () => undefined,
};

jest.setTimeout(60_000); // several whole runs, each syncing its files to disk

describe('runDistillation', () => {
  let folder: string;
  let engine: Engine;
  let teacher: Teacher;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'distiller-run-'));
    engine = await createEagerEngine({ backend: 'cpu' });
    teacher = await teacherOf(bagOfWords(6, 3), engine);
  });

  afterEach(async () => {
    await teacher.dispose();
    await engine.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  function parts(changes: Partial<Distillation> = {}): Distillation {
    return {
      name: 'toy',
      seed: 7,
      engine,
      task,
      teacher,
      student: { build: async () => bagOfWords(4, 11) },
      objectives: [
        { name: 'soft', weight: 1, objective: softMse },
        { name: 'labels', weight: 0.5, objective: labels },
      ],
      intermediate: [
        {
          name: 'hidden',
          weight: 0.5,
          matching: lastToLast,
          reduce: 'sum',
          objective: {
            feature: 'hidden',
            needsEqualWidth: true,
            loss: ({ student, teacher: target }) =>
              tf.mean(tf.square(tf.sub(student, detach(target)))) as tf.Scalar,
          },
        },
      ],
      baseline: labels,
      training: {
        epochs: 2,
        batchSize: 8,
        accumulate: 1,
        maxLength: 8,
        learningRate: 0.05,
        optimizer: adamw({}),
        schedule: linearSchedule({ warmup: 0.1 }),
        checkpointEvery: 3,
        keepCheckpoints: 2,
        logEvery: 1,
      },
      ...changes,
    };
  }

  it('trains both students for the same steps and reports three rows on the labelled test split', async () => {
    const result = await runDistillation(parts(), { folder: join(folder, 'run') });

    expect(result.rows.map(({ role }) => role)).toEqual(['teacher', 'student-no-kd', 'student-kd']);
    expect(result.steps).toBe(16); // 2 epochs of (24 + 40) texts in batches of 8
    expect(result.scoredOn).toBe('test');
    expect(result.rows[1]?.parameters).toBe(24 * 4 + 2 * 4);
    const lines = (await readFile(join(folder, 'run/metrics.jsonl'), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const steps = (role: string) =>
      lines.filter((line) => line.role === role && line.loss !== undefined).map(({ step }) => step);
    expect(steps('student-kd')).toEqual(steps('student-no-kd'));
    const kd = lines.filter((line) => line.role === 'student-kd' && line.loss !== undefined);
    expect(
      kd.some(({ losses }) => !('labels' in losses)) && kd.some(({ losses }) => 'labels' in losses),
    ).toBe(true);
    expect(await readdir(join(folder, 'run/student'))).toEqual(['model.safetensors']);
    expect(JSON.parse(await readFile(join(folder, 'run/result.json'), 'utf8'))).toEqual(result);
  });

  it('continues a stopped run with the same bytes, wherever it was stopped', async () => {
    await runDistillation(parts(), { folder: join(folder, 'whole') });
    const whole = await bytesOf(join(folder, 'whole'));

    for (const stopAfter of [1, 13, 25]) {
      const run = join(folder, `stopped-${stopAfter}`);
      const stop = new AbortController();
      let steps = 0;
      const reporter: Reporter = {
        ...silent,
        progress: ({ unit }) => void (unit === 'steps' && ++steps === stopAfter && stop.abort()),
      };
      await expect(
        runDistillation(parts(), { folder: run, reporter, signal: stop.signal }),
      ).rejects.toThrow(/--resume to go on/);
      await runDistillation(parts(), { folder: run, resume: true });
      expect(await bytesOf(run)).toEqual(whole);
    }
  });

  it.each(['own', 'previous'] as const)(
    'continues a run whose pairs are weighed by their %s losses with the same bytes',
    async (losses) => {
      const weighed = () => {
        const [term] = parts().intermediate;
        return parts({ intermediate: [{ ...term, matching: remembering(losses) } as never] });
      };
      await runDistillation(weighed(), { folder: join(folder, 'whole') });
      const plain = await runDistillation(parts(), { folder: join(folder, 'plain') });
      const whole = await bytesOf(join(folder, 'whole'));
      expect(whole['student/model.safetensors']).not.toEqual(
        (await bytesOf(join(folder, 'plain')))['student/model.safetensors'],
      );
      expect(plain.steps).toBe(16);
      const run = join(folder, 'stopped');
      const stop = new AbortController();
      let steps = 0;
      const reporter: Reporter = {
        ...silent,
        progress: ({ unit }) => void (unit === 'steps' && ++steps === 25 && stop.abort()),
      };
      await expect(
        runDistillation(weighed(), { folder: run, reporter, signal: stop.signal }),
      ).rejects.toThrow(/--resume to go on/);
      expect(await readdir(join(run, 'checkpoints/student-kd/step-00000009'))).toContain(
        'feedback.safetensors',
      );
      await runDistillation(weighed(), { folder: run, resume: true });
      expect(await bytesOf(run)).toEqual(whole);
    },
  );

  it('goes back to the last whole checkpoint when the newest one is damaged, and still ends with the same bytes', async () => {
    await runDistillation(parts(), { folder: join(folder, 'whole') });
    const run = join(folder, 'damaged');
    const stop = new AbortController();
    let steps = 0;
    const reporter: Reporter = {
      ...silent,
      progress: ({ unit }) => void (unit === 'steps' && ++steps === 8 && stop.abort()),
    };
    await expect(
      runDistillation(parts(), { folder: run, reporter, signal: stop.signal }),
    ).rejects.toThrow(/Stopped after step 8 of 16/);
    const warnings: string[] = [];
    await writeFile(
      join(run, 'checkpoints/student-no-kd/step-00000008/weights.safetensors'),
      'torn',
    );

    await runDistillation(parts(), {
      folder: run,
      resume: true,
      reporter: { ...silent, warn: (text) => void warnings.push(text) },
    });

    expect(warnings).toEqual([
      expect.stringMatching(
        /step-00000008 is passed over: weights.safetensors does not match its checksum/,
      ),
    ]);
    expect(await bytesOf(run)).toEqual(await bytesOf(join(folder, 'whole')));
  });

  it('refuses to write over another run', async () => {
    await writeFile(join(folder, 'result.json'), '{}');
    await expect(runDistillation(parts(), { folder })).rejects.toThrow(
      /already holds a run \(result.json\). Continue it with --resume/,
    );
  });

  it('names step, remedy and what is left when the loss is not finite', async () => {
    const poisoned: Objective = {
      ...softMse,
      loss: (input) => tf.div(softMse.loss(input), 0) as tf.Scalar,
    };
    const broken = parts({
      objectives: [{ name: 'poisoned', weight: 1, objective: poisoned }],
      baseline: undefined,
    });
    await expect(runDistillation(broken, { folder: join(folder, 'run') })).rejects.toMatchObject({
      code: 'numeric',
      message: expect.stringMatching(
        /^student-kd, after 0 of 16 steps: .*training\.learningRate is 0\.05\. There was no checkpoint yet\./s,
      ),
    });
  });

  it('refuses to match layers when the tokenizers differ', async () => {
    // Leaves out the last token of every text.
    const encode: TokenizerModel['encode'] = (texts, length) => {
      const { ids, types } = tokenizer.encode(texts, length);
      return { ids: ids.slice(0, -1), types: types.slice(0, -1) };
    };
    const other = { ...tokenizer, encode, fingerprint: 'other' };
    const student = { ...bagOfWords(4, 11), tokenizer: other };
    await expect(
      runDistillation(parts({ student: { build: async () => student } }), {
        folder: join(folder, 'run'),
      }),
    ).rejects.toThrow(
      /teacher and student cut the texts into different tokens. Give the student `tokenizer: teacher`/,
    );
  });

  it('matches layers when the tokenizers number the same tokens otherwise', async () => {
    // 2, 3, 4 … for 1, 2, 3 …
    const encode: TokenizerModel['encode'] = (texts, length) => {
      const { ids, types } = tokenizer.encode(texts, length);
      return { ids: ids.map((id) => (id === 0 ? 0 : (id % 23) + 1)), types };
    };
    const other = { ...tokenizer, encode, fingerprint: 'other' };
    const student = { ...bagOfWords(4, 11), tokenizer: other };
    const training = { ...parts().training, maxSteps: 1 };
    const { steps } = await runDistillation(
      parts({ student: { build: async () => student }, training, baseline: undefined }),
      { folder: join(folder, 'run') },
    );
    expect(steps).toBe(1);
  });

  it('scores the answers of a teacher of several models, and counts them all', async () => {
    const members = [bagOfWords(6, 3), bagOfWords(6, 3)];
    const run = (given: Teacher, name: string) =>
      runDistillation(parts({ teacher: given, baseline: undefined }), {
        folder: join(folder, name),
      });
    const [single, several] = [await run(teacher, 'a'), await run({ ...teacher, members }, 'b')];
    expect(several.rows[0]?.scores).toEqual(single.rows[0]?.scores);
    expect(several.rows[0]?.parameters).toBe(2 * (single.rows[0]?.parameters ?? NaN));
  });

  it('reads the texts for a teacher with a tokenizer of its own', async () => {
    const asked: number[] = [];
    const encode: TokenizerModel['encode'] = () => ({ ids: [1, 1, 1], types: [0, 0, 0] });
    const { model, ...rest } = teacher;
    const blackBox: Teacher = {
      ...rest,
      tokenizer: { ...tokenizer, encode, fingerprint: 'theirs' },
      signals: async (batch, needs) => {
        asked.push(...(batch.encodings['teacher']?.['ids']?.data.subarray(0, 3) ?? []));
        return teacher.signals(batch, needs);
      },
    };
    expect(model).toBeDefined();
    await runDistillation(parts({ teacher: blackBox, intermediate: [], baseline: undefined }), {
      folder: join(folder, 'run'),
    });
    expect(new Set(asked)).toEqual(new Set([1]));
  });

  it('stops early when the score no longer improves', async () => {
    const training = { ...parts().training, epochs: 20, patience: 1, evaluateEvery: 2 };
    const scores = [0.5, 0.6, 0.4];
    const evaluation = () => ({
      add: () => undefined,
      scores: () => ({ accuracy: scores.shift() ?? 0 }),
    });
    const scored = { ...task, evaluation };
    const result = await runDistillation(parts({ training, task: scored, baseline: undefined }), {
      folder: join(folder, 'run'),
    });
    expect(result.steps).toBe(6);
  });

  it('keeps no tensor', async () => {
    await runDistillation(parts(), { folder: join(folder, 'first') }); // the teacher now holds its weights
    const before = tf.memory().numTensors;
    await runDistillation(parts(), { folder: join(folder, 'run') });
    expect(tf.memory().numTensors).toBe(before);
  });
});

async function bytesOf(run: string): Promise<Record<string, string>> {
  const files = [
    'metrics.jsonl',
    'student/model.safetensors',
    ...['student-no-kd', 'student-kd']
      .map((role) => `checkpoints/${role}/step-00000016`)
      .flatMap((step) => [`${step}/weights.safetensors`, `${step}/optimizer.safetensors`]),
  ];
  return Object.fromEntries(
    await Promise.all(
      files.map(
        async (file) => [file, (await readFile(join(run, file))).toString('base64')] as const,
      ),
    ),
  );
}
