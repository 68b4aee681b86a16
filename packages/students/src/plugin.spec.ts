import { existsSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import {
  bind,
  Registry,
  REPORTER,
  RESOLVE_PATH,
  OPEN_MODEL,
  type ComponentChoice,
} from '@distiller/core';
import { studentsPlugin } from './plugin.js';
import { PRESETS } from './presets.js';
import { request } from './tiny-task.fixture.js';

describe('studentsPlugin', () => {
  it('keeps every component in the file of its name', () => {
    for (const { name } of studentsPlugin.components) {
      if (name in PRESETS) continue;
      const file = name.replace(/^distiller-/, '');
      expect(existsSync(new URL(`./${file}.ts`, import.meta.url))).toBe(true);
    }
  });

  it('has a student of each published size under its name', async () => {
    const registry = new Registry().use(studentsPlugin);
    const tokenizer = { train: { vocabularySize: 100 } };
    const services = [
      bind(RESOLVE_PATH, (path: string) => path),
      bind(OPEN_MODEL, () => Promise.reject(new Error('nothing is opened'))),
      bind(REPORTER, { info: () => undefined, warn: () => undefined, progress: () => undefined }),
    ];
    const build = async (choice: ComponentChoice) =>
      (await registry.create('student', choice, services)).build(request());
    const short = await build({ use: 'bert-tiny', tokenizer, maxLength: 32 });
    const long = await build({ use: 'bert', preset: 'bert-tiny', tokenizer, maxLength: 32 });
    expect(short.fingerprint).toBe(long.fingerprint);
    expect(short.description).toMatchObject({ layers: 2, hiddenSize: 128, heads: 2 });
  });

  it('is taken by the registry, which reports settings that contradict each other', () => {
    const slot = new Registry().use(studentsPlugin).slot('student');
    expect(slot.parse({ use: 'bert', preset: 'bert-mini' })).toEqual({
      use: 'bert',
      preset: 'bert-mini',
      initialise: 'random',
    });
    expect(slot.safeParse({ use: 'bert' }).error?.issues[0]?.message).toMatch(/Choose a preset/);
  });
});
