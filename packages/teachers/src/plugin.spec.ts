import { existsSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Registry } from '@distiller/core';
import { teachersPlugin } from './plugin.js';

describe('teachersPlugin', () => {
  it('keeps every component in the file of its name', () => {
    for (const { name } of teachersPlugin.components) {
      expect(existsSync(new URL(`./${name}.ts`, import.meta.url))).toBe(true);
    }
  });

  it('is taken by the registry, with its defaults', () => {
    const slot = new Registry().use(teachersPlugin).slot('teacher');
    expect(slot.parse({ use: 'bert', model: 'x' })).toEqual({
      use: 'bert',
      model: 'x',
      signals: 'online',
    });
    expect(
      slot.parse({ use: 'bert', model: 'x', signals: { cache: { precision: 'f16' } } }),
    ).toMatchObject({
      signals: { cache: { precision: 'f16', maxMegabytes: 10_000, batchSize: 8 } },
    });
    expect(slot.safeParse({ use: 'bert' }).success).toBe(false);
  });
});
