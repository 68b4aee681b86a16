import { configurationKey } from './configuration-key.js';

describe('configurationKey', () => {
  it('does not depend on the order of the names', () => {
    expect(configurationKey({ b: 1, a: 'x' })).toBe('[["a","x"],["b",1]]');
    expect(configurationKey({ a: 'x', b: 1 })).toBe(configurationKey({ b: 1, a: 'x' }));
  });

  it('tells types apart but not the sign of 0', () => {
    expect(configurationKey({ a: 1 })).not.toBe(configurationKey({ a: '1' }));
    expect(configurationKey({ a: true })).not.toBe(configurationKey({ a: 'true' }));
    expect(configurationKey({ a: -0 })).toBe(configurationKey({ a: 0 }));
  });
});
