import { describe, expect, it } from '@jest/globals';
import { drawUniform } from './draw-uniform.js';

describe('drawUniform', () => {
  const base = [{ seed: 1, step: 2 }, 3, 'site', 8] as const;

  it('is a function of seed, step, micro-batch and site', () => {
    const values = [...drawUniform(...base)];
    expect([...drawUniform(...base)]).toEqual(values);
    for (const other of [
      drawUniform({ seed: 2, step: 2 }, 3, 'site', 8),
      drawUniform({ seed: 1, step: 3 }, 3, 'site', 8),
      drawUniform({ seed: 1, step: 2 }, 4, 'site', 8),
      drawUniform({ seed: 1, step: 2 }, 3, 'other', 8),
    ]) {
      expect([...other]).not.toEqual(values);
    }
  });

  it('gives multiples of 2⁻¹⁶ in [0, 1)', () => {
    for (const value of drawUniform({ seed: 1, step: 0 }, 0, 'site', 1000)) {
      expect(Number.isInteger(value * 2 ** 16)).toBe(true);
      expect(value >= 0 && value < 1).toBe(true);
    }
  });

  it('never changes: a run must resume with the numbers that it began with', () => {
    // Pinned when the generator was chosen; another value means that old runs can't be resumed.
    const values = drawUniform({ seed: 42, step: 7 }, 1, 'layer 0/rows', 4);
    expect([...values].map((value) => value * 2 ** 16)).toEqual([37312, 13799, 17905, 37138]);
  });
});
