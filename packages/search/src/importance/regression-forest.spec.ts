import { describe, expect, it } from '@jest/globals';
import { createRng } from '@distiller/core';
import { growForest, predictForest, type ForestOptions } from './regression-forest.js';

const rng = createRng(3);
const columns = [rng.normals(200), rng.normals(200)].map((values) => Float64Array.from(values));
const [first, second] = columns as [Float64Array, Float64Array];
const targets = first.map((value, i) => Math.sign(value) + 0.5 * Number((second[i] as number) > 1));

function grow(options: ForestOptions, seed = 1) {
  return growForest(columns, targets, options, createRng(seed));
}

describe('growForest', () => {
  it('learns a step and an indicator', () => {
    const forest = grow({ trees: 30, columnShare: 1 });
    expect(predictForest(forest, [1, 0])).toBeCloseTo(1, 1);
    expect(predictForest(forest, [-1, 0])).toBeCloseTo(-1, 1);
    expect(predictForest(forest, [1, 2])).toBeCloseTo(1.5, 1);
  });

  it('is a function of the seed', () => {
    expect(grow({ trees: 3 })).toEqual(grow({ trees: 3 }));
    expect(grow({ trees: 3 })).not.toEqual(grow({ trees: 3 }, 2));
  });

  it('keeps its trees when it gets more of them', () => {
    expect(grow({ trees: 5 }).trees.slice(0, 3)).toEqual(grow({ trees: 3 }).trees);
  });

  it.each([
    [{ trees: 0 }, 'Forest: "trees" is 0; expected a whole number from 1.'],
    [{ minLeaf: 1.5 }, 'Forest: "minLeaf" is 1.5; expected a whole number from 1.'],
    [{ maxDepth: -1 }, 'Forest: "maxDepth" is -1; expected a whole number from 1.'],
    [{ columnShare: 0 }, 'Forest: "columnShare" is 0; expected a number above 0, up to 1.'],
    [{ columnShare: NaN }, 'Forest: "columnShare" is NaN; expected a number above 0, up to 1.'],
  ])('refuses %j', (options, message) => {
    expect(() => grow(options)).toThrow(message);
  });

  it('refuses to learn from nothing', () => {
    expect(() => growForest(columns, new Float64Array(0), {}, createRng(1))).toThrow(
      'A forest needs rows to learn from; there are none.',
    );
  });
});
