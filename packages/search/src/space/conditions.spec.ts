import type { SearchParameter } from '../space.js';
import { exclusionOf, holds, isActive } from './conditions.js';
import { MIXED } from './spaces.fixture.js';

const critic = MIXED.parameters[2] as SearchParameter;

describe('holds', () => {
  it('asks for one of the values', () => {
    const condition = { parameter: 'depth', in: [3, 4] };
    expect(holds(condition, { depth: 4 })).toBe(true);
    expect(holds(condition, { depth: 2 })).toBe(false);
  });

  it('tells 1 from "1" and knows nothing of inherited properties', () => {
    expect(holds({ parameter: 'depth', in: ['1'] }, { depth: 1 })).toBe(false);
    expect(holds({ parameter: 'constructor', in: ['x'] }, {})).toBe(false);
  });
});

describe('isActive', () => {
  it('follows conditions over several levels', () => {
    expect(isActive(critic, { loss: 'mi', alpha: 0.5 })).toBe(true);
    expect(isActive(critic, { loss: 'mi', alpha: 1 })).toBe(false);
    expect(isActive(critic, { loss: 'mse' })).toBe(false);
  });
});

describe('exclusionOf', () => {
  it('gives the exclusion that holds, with its reason', () => {
    expect(exclusionOf(MIXED, { loss: 'none', mixup: true })?.reason).toBe(
      'there would be nothing to mix',
    );
    expect(exclusionOf(MIXED, { loss: 'none', mixup: false })).toBeUndefined();
  });

  it('does not hold before all its parameters are decided', () => {
    expect(exclusionOf(MIXED, { loss: 'none' })).toBeUndefined();
  });
});
