import { existsSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Registry } from '@distiller/core';
import { augmentationPlugin } from './plugin.js';

describe('augmentationPlugin', () => {
  it('keeps every component in the file of its name', () => {
    for (const { name } of augmentationPlugin.components) {
      expect(existsSync(new URL(`./${name}.ts`, import.meta.url))).toBe(true);
    }
  });

  it('is taken by the registry, with its defaults', () => {
    const slot = new Registry().use(augmentationPlugin).slot('augmenter');
    expect(slot.parse({ use: 'random' })).toEqual({
      use: 'random',
      operation: 'swap',
      p: 0.3,
      min: 1,
      max: 10,
    });
  });
});
