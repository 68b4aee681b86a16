import { describe, expect, it } from '@jest/globals';
import type { HostTensors } from '@distiller/core';
import { CompiledCache } from './compiled-cache.js';

const inputs = (length: number): HostTensors => ({
  ids: { dtype: 'int32', shape: [1, length], data: new Int32Array(length) },
});

function cacheOf(graphs: number) {
  const told: string[] = [];
  const cache = new CompiledCache(
    { graphs, onCompiledAgain: () => told.push('again') },
    async ({ ids }) => {
      const length = ids?.shape[1] as number;
      told.push(`compile ${length}`);
      return { length, release: async () => void told.push(`release ${length}`) };
    },
  );
  return { cache, told };
}

describe('CompiledCache', () => {
  it('compiles once a shape, drops the least recently used, and tells once that it compiles again', async () => {
    const { cache, told } = cacheOf(2);
    for (const length of [8, 16, 8, 32]) await cache.for(inputs(length));
    expect(told).toEqual(['compile 8', 'compile 16', 'compile 32', 'release 16']);
    told.length = 0;
    for (const length of [16, 8, 32]) await cache.for(inputs(length));
    expect(told.filter((what) => what === 'again')).toHaveLength(1);
    expect(told.slice(0, 2)).toEqual(['again', 'compile 16']);
  });

  it('is silent while the shapes fit, and lets go of all in the end', async () => {
    const { cache, told } = cacheOf(2);
    for (const length of [8, 16, 8, 16]) await cache.for(inputs(length));
    await cache.release();
    expect(told).toEqual(['compile 8', 'compile 16', 'release 8', 'release 16']);
  });
});
