import { describe, expect, it } from '@jest/globals';
import { table } from './table.js';

describe('table', () => {
  it('aligns columns, numbers to the right, without spaces at the ends of lines', () => {
    const text = table(
      [{ title: 'name' }, { title: 'size', align: 'right' }, { title: 'note' }],
      [
        ['a', '5', ''],
        ['longer', '1234', 'x'],
      ],
    );
    expect(text).toBe(['name    size  note', 'a          5', 'longer  1234  x', ''].join('\n'));
  });

  it('wraps a cell that is wider than its column between words', () => {
    const text = table([{ title: 'k' }, { title: 'v', width: 9 }], [['a', 'one two three']]);
    expect(text).toBe(['k  v', 'a  one two', '   three', ''].join('\n'));
  });
});
