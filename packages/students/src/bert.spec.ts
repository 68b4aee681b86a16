import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRng, type Reporter, type TextModel } from '@distiller/core';
import type { TransformerModel } from '@distiller/transformer';
import { bert, bertComponent } from './bert.js';
import { request, tinyTask } from './tiny-task.fixture.js';

const SIZES = { layers: 3, hiddenSize: 8, heads: 2, intermediateSize: 16, maxLength: 12 };
const TRAINED = { train: { vocabularySize: 100 } };

let folder: string;
let teacher: TextModel;

function student(settings: object, reporter: Partial<Reporter> = {}) {
  const parsed = bertComponent.settings.parse(settings);
  const silent = { info: () => undefined, warn: () => undefined, progress: () => undefined };
  return bert(parsed, {
    resolvePath: (path) => join(folder, path),
    reporter: { ...silent, ...reporter },
  });
}

function values(model: TextModel, name: string): number[] {
  return [...(model.weights[name]?.data ?? [])];
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'distiller-students-'));
  teacher = await student({ ...SIZES, tokenizer: TRAINED }).build(request({ rng: createRng(1) }));
  await teacher.save(join(folder, 'teacher'));
});

afterAll(() => rm(folder, { recursive: true }));

describe('student bert', () => {
  it('makes a network of a preset, changed by explicit sizes', async () => {
    const model = (await student({
      preset: 'bert-tiny',
      layers: 1,
      dropout: 0,
      tokenizer: 'teacher',
    }).build(request({ teacher }))) as TransformerModel;
    expect(model.description).toMatchObject({
      layers: 1,
      hiddenSize: 128,
      heads: 2,
      maxLength: 512,
      outputs: 3,
      labels: ['no', 'yes', 'maybe'],
      vocabularySize: teacher.tokenizer.vocabularySize,
    });
    expect(model.tokenizer).toBe(teacher.tokenizer);
    expect(model.config).toMatchObject({ hiddenDropout: 0, attentionDropout: 0, headDropout: 0 });
  });

  it('gives equal weights to equal requests, and others to another generator', async () => {
    const settings = { ...SIZES, tokenizer: TRAINED };
    const [one, two, other] = [
      await student(settings).build(request()),
      await student(settings).build(request()),
      await student(settings).build(request({ rng: createRng(6) })),
    ];
    expect(two.fingerprint).toBe(one.fingerprint);
    expect(other.fingerprint).not.toBe(one.fingerprint);
  });

  it('gives a regression one output', async () => {
    const model = await student({ ...SIZES, tokenizer: TRAINED }).build(
      request({ task: tinyTask([]) }),
    );
    expect(model.description.outputs).toBe(1);
  });

  describe('tokenizer', () => {
    it('is learnt from training and transfer texts, once for a task', async () => {
      const task = tinyTask();
      const component = student({ ...SIZES, tokenizer: TRAINED });
      const { tokenizer } = await component.build(request({ task }));
      expect(await component.build(request({ task }))).toHaveProperty('tokenizer', tokenizer);
      expect(task.reads).toBe(2);
      // [CLS] dog zzz [SEP]: whole words of either split, no [UNK] (1)
      const { ids } = tokenizer.encode(['dog zzz'], 12);
      expect(ids).toHaveLength(4);
      expect(ids).not.toContain(1);
      expect(JSON.parse(tokenizer.files()['tokenizer_config.json'] ?? '')).toMatchObject({
        tokenizer_class: 'BertTokenizer',
      });
    });

    it('comes from a folder', async () => {
      const model = await student({ ...SIZES, tokenizer: { folder: 'teacher' } }).build(request());
      expect(model.tokenizer.fingerprint).toBe(teacher.tokenizer.fingerprint);
    });

    it("can't be the teacher's when there is none", async () => {
      await expect(student(SIZES).build(request())).rejects.toThrow(
        "student bert: its tokenizer is the teacher's, but there is no teacher whose tokenizer can be had. Set tokenizer to " +
          '{ folder: … }, or to { train: { vocabularySize: … } } to learn one from the texts of the task.',
      );
    });
  });

  describe('from teacher layers', () => {
    it('is the teacher with the chosen blocks, and leaves the teacher alone', async () => {
      const model = await student({ initialise: { teacherLayers: [0, 2] } }).build(
        request({ teacher }),
      );
      expect(model.description).toMatchObject({
        layers: 2,
        hiddenSize: 8,
        heads: 2,
        maxLength: 12,
      });
      for (const [own, theirs] of [
        ['embeddings.word_embeddings.weight', 'embeddings.word_embeddings.weight'],
        ['encoder.layer.0.output.dense.weight', 'encoder.layer.0.output.dense.weight'],
        ['encoder.layer.1.output.dense.weight', 'encoder.layer.2.output.dense.weight'],
        ['classifier.weight', 'classifier.weight'],
      ] as const) {
        expect(values(model, own)).toEqual(values(teacher, theirs));
        expect(model.weights[own]?.data).not.toBe(teacher.weights[theirs]?.data);
      }
    });

    it('draws a new classifier for another task', async () => {
      const model = await student({ initialise: { teacherLayers: [1] } }).build(
        request({ teacher, task: tinyTask(['a', 'b']) }),
      );
      expect(model.weights['classifier.weight']?.shape).toEqual([2, 8]);
    });

    it('needs a teacher of the family that has the layer', async () => {
      const component = student({ initialise: { teacherLayers: [3] } });
      await expect(component.build(request({ teacher }))).rejects.toThrow(
        /no layer 3; its 3 layers are 0 to 2/,
      );
      await expect(component.build(request())).rejects.toThrow(
        /there is no teacher whose weights can be had/,
      );
    });
  });

  describe('cut out of the teacher', () => {
    const truncate = { teacherLayers: [2, 1], hiddenSize: 4, heads: 2, intermediateSize: 6 };

    it('has the first features of its blocks, and its tokenizer', async () => {
      const model = await student({ initialise: { truncate } }).build(request({ teacher }));
      expect(model.description).toMatchObject({ layers: 2, hiddenSize: 4, heads: 2 });
      expect(model.tokenizer).toBe(teacher.tokenizer);
      const [name, source] = [0, 2].map((i) => `encoder.layer.${i}.output.LayerNorm.bias`);
      expect(values(model, name as string)).toEqual(values(teacher, source as string).slice(0, 4));
      const words = 'embeddings.word_embeddings.weight';
      expect(values(model, words).slice(0, 8)).toEqual([
        ...values(teacher, words).slice(0, 4),
        ...values(teacher, words).slice(8, 12),
      ]);
    });

    it('is no wider than the teacher, and no ALBERT', async () => {
      const wide = student({ initialise: { truncate: { ...truncate, intermediateSize: 17 } } });
      await expect(wide.build(request({ teacher }))).rejects.toThrow(
        "truncate: the student has intermediateSize 17, more than the teacher's 16.",
      );
      const shared = await student({ ...SIZES, family: 'albert', tokenizer: TRAINED }).build(
        request(),
      );
      const component = student({ initialise: { truncate } });
      await expect(component.build(request({ teacher: shared }))).rejects.toThrow(
        'the blocks of an ALBERT share their weights',
      );
    });
  });

  describe('of another family', () => {
    it.each(['roberta', 'distilbert', 'electra'] as const)('is a %s', async (family) => {
      const model = await student({ ...SIZES, family, tokenizer: TRAINED }).build(request());
      expect(model.description).toMatchObject({ architecture: family, maxLength: 12 });
    });

    it('has embeddings of its own width, in an ALBERT or an ELECTRA', async () => {
      const sizes = { ...SIZES, embeddingSize: 4, tokenizer: TRAINED };
      for (const family of ['albert', 'electra'] as const) {
        const model = await student({ ...sizes, family }).build(request());
        expect(model.weights['embeddings.word_embeddings.weight']?.shape[1]).toBe(4);
        expect(model.weights['embeddings_project.weight']?.shape).toEqual([8, 4]);
      }
      await expect(student(sizes).build(request())).rejects.toThrow(
        'which only the families "electra" and "albert" allow',
      );
    });
  });

  describe('from a folder', () => {
    it('has its weights and its tokenizer, and a head for the task', async () => {
      const notices: string[] = [];
      const component = student(
        { initialise: { folder: 'teacher' }, dropout: 0.3 },
        { info: (message) => notices.push(message) },
      );
      const same = (await component.build(request())) as TransformerModel;
      expect(same.fingerprint).toBe(teacher.fingerprint);
      expect(same.config.hiddenDropout).toBe(0.3);
      expect(notices).toEqual([]);
      const other = await component.build(request({ task: tinyTask(['a', 'b']) }));
      expect(other.description.outputs).toBe(2);
      expect(notices.join()).toMatch(/new random weights for classifier/);
    });
  });

  describe('settings', () => {
    const problems = (settings: object) =>
      bertComponent.settings
        .safeParse(settings)
        .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);

    it('ask for a preset or all sizes', () => {
      expect(problems({ layers: 2, heads: 2 })).toEqual([
        expect.stringMatching(
          /^preset: Choose a preset \(bert-tiny, .*electra-small\), or give hiddenSize, intermediateSize\.$/,
        ),
      ]);
    });

    it('refuse what a folder or the teacher decides', () => {
      expect(
        problems({ initialise: { folder: 'x' }, preset: 'bert-tiny', tokenizer: 'teacher' }),
      ).toEqual([
        'preset: The first weights come from the folder, which decides this; remove it.',
        'tokenizer: The first weights belong to the tokenizer of the folder; remove this setting.',
      ]);
      expect(problems({ initialise: { teacherLayers: [0] }, layers: 1 })).toEqual([
        'layers: The first weights come from the teacher, which decides this; remove it.',
      ]);
      expect(
        problems({ initialise: { teacherLayers: [0] }, tokenizer: 'teacher' }),
      ).toBeUndefined();
    });

    it('refuse heads that do not divide the width', async () => {
      await expect(
        student({ ...SIZES, heads: 3, tokenizer: TRAINED }).build(request()),
      ).rejects.toThrow('student bert: hiddenSize 8 is not a multiple of heads 3.');
    });
  });
});
