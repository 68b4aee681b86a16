import { describe, expect, it } from '@jest/globals';
import { tHalfWidth } from './student-t.js';

describe('tHalfWidth', () => {
  // SciPy 1.17, t.ppf((1 + confidence) / 2, freedom); for one degree of freedom tan(π·confidence / 2), for two c·√(2 / (1 − c²)).
  it.each([
    [0.95, 1, Math.tan((Math.PI * 0.95) / 2)],
    [0.95, 2, 0.95 * Math.sqrt(2 / (1 - 0.95 ** 2))],
    [0.95, 3, 3.1824463052837],
    [0.95, 5, 2.5705818356363],
    [0.99, 10, 3.1692726726169],
    [0.95, 30, 2.0422724563012],
    [0.9, 120, 1.6576508993552],
  ])('confidence %d with %d degrees of freedom', (confidence, freedom, expected) => {
    expect(tHalfWidth(confidence, freedom)).toBeCloseTo(expected, 8);
  });
});
