import { MIXED } from './spaces.fixture.js';
import { validateConfiguration } from './validate-configuration.js';

const right = { loss: 'mse', rate: 1e-3, depth: 2, mixup: true };

describe('validateConfiguration', () => {
  it('gives a configuration in the order of the space', () => {
    const { mixup, ...rest } = right;
    const checked = validateConfiguration(MIXED, { mixup, ...rest });
    expect(Object.keys(checked)).toEqual(['loss', 'rate', 'depth', 'mixup']);
    expect(checked).toEqual(right);
  });

  it('lists every problem', () => {
    const wrong = { loss: 'none', alpha: 0.5, rate: 1, depth: 2.5, mixup: true, depht: 3 };
    expect(() => validateConfiguration(MIXED, wrong, 'trial 7')).toThrow(
      [
        'trial 7 has 5 problems:',
        '  alpha: has a value (given 0.5) but needs loss in ["mi"]',
        '  rate: expected a number from 0.00001 to 0.01 (given 1)',
        '  depth: expected a whole number from 1 to 4 (given 2.5)',
        '  depht: is no parameter. Did you mean "depth"? Known: loss, alpha, critic, rate, depth, dropout, mixup.',
        '  (as a whole): refused because there would be nothing to mix',
      ].join('\n'),
    );
  });

  it('misses what is active', () => {
    expect(() => validateConfiguration(MIXED, { ...right, loss: 'mi' })).toThrow(
      'configuration has a problem:\n  alpha: is missing',
    );
  });
});
