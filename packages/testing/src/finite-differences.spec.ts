import { describe, expect, it } from '@jest/globals';
import { finiteDifferences } from './finite-differences.js';

describe('finiteDifferences', () => {
  it('is exact for a quadratic', () => {
    // f = x₀² + 3·x₀·x₁, ∇f = (2x₀ + 3x₁, 3x₀) = (8, 3) at (1, 2)
    const gradient = finiteDifferences(
      ([a = 0, b = 0]) => a * a + 3 * a * b,
      new Float32Array([1, 2]),
    );
    expect(gradient[0]).toBeCloseTo(8, 5);
    expect(gradient[1]).toBeCloseTo(3, 5);
  });

  it('leaves its argument unchanged', () => {
    const x = new Float32Array([1, 2, 3]);
    finiteDifferences((values) => values.reduce((a, b) => a + b), x);
    expect([...x]).toEqual([1, 2, 3]);
  });
});
