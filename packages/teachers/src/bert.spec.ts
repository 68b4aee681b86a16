import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Engine, HostTensors, SignalNeeds, Teacher, TextModel } from '@distiller/core';
import { teacherChecks } from '@distiller/testing';
import * as tf from '@tensorflow/tfjs';
import { bert, bertComponent } from './bert.js';
import { batchOf, cpuEngine, listener, TEXTS, tinyTeacher } from './tiny-teacher.fixture.js';

const hidden = (layer: number): SignalNeeds['layers'] => [{ feature: 'hidden', layer }];
const NEEDS: SignalNeeds = { logits: true, layers: hidden(1) };
const NOTHING: SignalNeeds = { logits: false, layers: [] };

let folder: string;
let engine: Engine;
let model: TextModel;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'distiller-teachers-'));
  engine = await cpuEngine();
  model = await tinyTeacher();
  await model.save(join(folder, 'teacher'));
});

afterAll(() => rm(folder, { recursive: true }));

function open(signals: unknown): Promise<Teacher> {
  return bert(bertComponent.settings.parse({ model: 'teacher', signals }), {
    engine,
    resolvePath: (path) => join(folder, path),
    cacheFolder: join(folder, 'cache'),
    reporter: listener(),
  });
}

async function using<T>(signals: unknown, body: (teacher: Teacher) => Promise<T>): Promise<T> {
  const teacher = await open(signals);
  try {
    return await body(teacher);
  } finally {
    await teacher.dispose();
  }
}

describe.each(['online', { cache: {} }])('teacher bert with signals %j', (signals) => {
  const examples = TEXTS.slice(0, 3).map((text, id) => ({
    id: String(id),
    texts: [text] as const,
  }));

  it.each(teacherChecks.map((check) => [check.name, check] as const))('%s', (_, check) =>
    check.run({ open: () => open(signals), examples }),
  );
});

describe('teacher bert', () => {
  it('is the model of its folder', () =>
    using('online', async (teacher) => {
      expect(teacher.fingerprint).toBe(model.fingerprint);
      expect(teacher.description).toEqual(model.description);
      expect(teacher.model?.tokenizer.fingerprint).toBe(model.tokenizer.fingerprint);
    }));

  it('answers a mixed batch for both halves, online only', async () => {
    const batch = batchOf(model, TEXTS.slice(0, 2));
    const mixup = (lambda: number): HostTensors => ({
      'mixup/lambda': { dtype: 'float32', shape: [], data: Float32Array.of(lambda) },
      'mixup/permutation': { dtype: 'int32', shape: [2], data: Int32Array.of(1, 0) },
      'mixup/union': { dtype: 'float32', shape: [], data: Float32Array.of(0) },
    });
    await using('online', async (teacher) => {
      expect(teacher.mixes).toBe(true);
      const plain = [...((await teacher.signals(batch, NEEDS))['logits']?.data ?? [])];
      const none = await teacher.signals({ ...batch, mixup: mixup(1) }, NEEDS);
      expect(none['hidden/1']?.shape[0]).toBe(4);
      expect([...(none['logits']?.data ?? [])]).toEqual([...plain, ...plain]);
      const half = await teacher.signals({ ...batch, mixup: mixup(0.5) }, NEEDS);
      expect([...(half['logits']?.data ?? [])].slice(6)).not.toEqual(plain);
    });
    await using({ cache: {} }, async (teacher) => expect(teacher.mixes).toBe(false));
  });

  it('gives what is needed and nothing else, online and cached', async () => {
    const batch = batchOf(model, TEXTS.slice(0, 3));
    const online = await using('online', async (teacher) => {
      expect(await teacher.signals(batch, NOTHING)).toEqual({});
      const signals = await teacher.signals(batch, NEEDS);
      expect(teacher.statistics()).toEqual({ computed: 3, cached: 0 });
      return signals;
    });
    expect(Object.keys(online)).toEqual(['logits', 'hidden/1']);
    const length = batch.encodings['teacher']?.['ids']?.shape[1];
    expect(online['hidden/1']?.shape).toEqual([3, length, 8]);
    const cached = await using({ cache: {} }, async (teacher) => {
      const first = await teacher.signals(batch, NEEDS);
      expect(await teacher.signals(batch, NEEDS)).toEqual(first);
      expect(teacher.statistics()).toEqual({ computed: 3, cached: 3 });
      return first;
    });
    online['logits']?.data.forEach((value, i) =>
      expect(cached['logits']?.data[i]).toBeCloseTo(value, 5),
    );
  });

  it('keeps no tensor alive', async () => {
    const before = tf.memory().numTensors;
    await using('online', (teacher) => teacher.signals(batchOf(model, TEXTS), NEEDS));
    await using({ cache: {} }, (teacher) => teacher.signals(batchOf(model, TEXTS), NEEDS));
    expect(tf.memory().numTensors).toBe(before);
  });

  it('finds what an earlier one has cached', async () => {
    const [first, second] = [batchOf(model, TEXTS.slice(3, 5)), batchOf(model, TEXTS.slice(4, 6))];
    const needs = { ...NOTHING, layers: hidden(2) };
    await using({ cache: {} }, (teacher) => teacher.signals(first, needs));
    await using({ cache: {} }, async (teacher) => {
      await teacher.signals(first, needs);
      await teacher.signals(second, needs);
      expect(teacher.statistics()).toEqual({ computed: 1, cached: 3 });
    });
  });

  it('refuses layers it does not have, and a folder without a model', async () => {
    await using('online', async (teacher) => {
      await expect(
        teacher.signals(batchOf(model, TEXTS), { ...NOTHING, layers: hidden(9) }),
      ).rejects.toThrow(/hidden 0 to 2/);
      const batch = { examples: [], encodings: {} as Record<string, HostTensors> };
      await expect(teacher.signals(batch, NEEDS)).rejects.toThrow(
        /no encoding for the role "teacher"/,
      );
    });
    const services = {
      engine,
      resolvePath: () => join(folder, 'none'),
      cacheFolder: folder,
      reporter: listener(),
    };
    await expect(bert({ model: 'none', signals: 'online' }, services)).rejects.toThrow(/none/);
  });
});
