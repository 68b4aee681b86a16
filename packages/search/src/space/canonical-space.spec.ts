import { CANONICAL_AUGMENTATIONS, CANONICAL_SPACE, canonicalSpace } from './canonical-space.js';
import { gridOf } from './grid.js';
import { spaceSize } from './space-size.js';

describe('the canonical space', () => {
  it('has 15 different sequences of augmenters', () => {
    expect(new Set(CANONICAL_AUGMENTATIONS).size).toBe(15);
    expect(CANONICAL_AUGMENTATIONS).toContain('random>contextual');
  });

  it('has 4,968 configurations', () => {
    // losses: 4 + mi × 5 α = 9; mappings 3; predictions 2; mixup 2; augmentations: 1 + 15 × 3 shares = 46.
    expect(9 * 3 * 2 * 2 * 46).toBe(4968);
    expect(spaceSize(CANONICAL_SPACE)).toBe(4968);
    expect(gridOf(CANONICAL_SPACE)).toHaveLength(4968);
  });

  it('allows only mse for regression', () => {
    const space = canonicalSpace({ isRegression: true });
    expect(spaceSize(space)).toBe(4968 / 2);
    expect(gridOf(space).every(({ kd }) => kd === 'mse')).toBe(true);
  });

  it('grows by the choices that are opened', () => {
    const choices = {
      alphas: [0, 0.1, 0.5, 0.7, 0.9, 1],
      repeatedAugmentation: [1, 4],
      students: ['tiny', 'mini'],
      teachers: ['base'],
    };
    // 10 losses; 1 + 15 × 3 × 2 augmentations; 2 students.
    expect(spaceSize(canonicalSpace(choices))).toBe(10 * 3 * 2 * 2 * (1 + 90) * 2);
  });

  it('has neither loss nor mapping where their weight is 0', () => {
    const space = canonicalSpace({ intermediateWeights: [0, 1] });
    expect(spaceSize(space)).toBe((1 + 9 * 3) * 2 * 2 * 46);
    const without = gridOf(space).find(({ intermediateWeight }) => intermediateWeight === 0);
    expect(without).toEqual({
      intermediateWeight: 0,
      kd: 'ce',
      mixup: false,
      augmentation: 'none',
    });
  });
});
