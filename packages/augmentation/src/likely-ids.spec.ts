import { describe, expect, it } from '@jest/globals';
import { drawFromNucleus, likeliest } from './likely-ids.js';

const logitsOf = (...probabilities: number[]) => Float32Array.from(probabilities, Math.log);

describe('likeliest', () => {
  const logits = Float32Array.of(1, 5, 3, 5, 2, 4);

  it('sorts the k largest, equal ones by id', () => {
    expect(likeliest(logits, 4, () => true)).toEqual([1, 3, 5, 2]);
    expect(likeliest(logits, 1, () => true)).toEqual([1]);
    expect(likeliest(logits, 9, () => true)).toEqual([1, 3, 5, 2, 4, 0]);
  });

  it('leaves out what is not allowed', () => {
    expect(likeliest(logits, 2, (id) => id % 2 === 0)).toEqual([2, 4]);
    expect(likeliest(logits, 2, () => false)).toEqual([]);
  });
});

describe('drawFromNucleus', () => {
  const logits = logitsOf(0.1, 0.5, 0.25, 0.15);
  const ids = [1, 2, 3, 0];
  const draw = (u: number, topP = 0.8, temperature = 1) =>
    drawFromNucleus(logits, ids, { topP, temperature }, u);

  it('draws by probability from the smallest set that holds topP', () => {
    // 0.5 + 0.25 = 0.75 < 0.8, so the nucleus is 0.5, 0.25, 0.15 = 0.9; bounds 0.5/0.9 = 0.556 and 0.75/0.9 = 0.833
    expect([0, 0.55, 0.56, 0.83, 0.84, 0.999].map((u) => draw(u))).toEqual([1, 1, 2, 2, 3, 3]);
    expect(draw(0.999, 0.7)).toBe(2); // 0.5 + 0.25 ≥ 0.7
    expect(draw(0.999, 0.4)).toBe(1);
    expect(draw(0.999, 1)).toBe(0);
  });

  it('flattens with temperature', () => {
    // √0.5 : √0.25 : √0.15 : √0.1 = 0.7071 : 0.5 : 0.3873 : 0.3162; the first holds 0.37 of the sum, 1.9106
    expect([0.36, 0.38].map((u) => draw(u, 1, 2))).toEqual([1, 2]);
  });
});
