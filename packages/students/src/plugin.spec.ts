import { existsSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Registry } from '@distiller/core';
import { studentsPlugin } from './plugin.js';

describe('studentsPlugin', () => {
  it('keeps every component in the file of its name', () => {
    for (const { name } of studentsPlugin.components) {
      const file = name.replace(/^distiller-/, '');
      expect(existsSync(new URL(`./${file}.ts`, import.meta.url))).toBe(true);
    }
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
