import { describe, expect, it } from '@jest/globals';
import { amount, bytes, duration, figure } from './quantity.js';

describe('bytes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.00 kB'],
    [999_499, '999 kB'],
    [999_500, '1.00 MB'],
    [57_400_000, '57.4 MB'],
  ])('%d is %s', (count, text) => expect(bytes(count)).toBe(text));
});

describe('amount', () => {
  it.each([
    [12, '12'],
    [4_385_920, '4.39 M'],
  ])('%d is %s', (count, text) => expect(amount(count)).toBe(text));
});

describe('duration', () => {
  it.each([
    [0.00124, '1.2 ms'],
    [0.00996, '10 ms'],
    [0.0124, '12 ms'],
    [0.9996, '1.0 s'],
    [9.96, '10 s'],
    [59.97, '1 min 00 s'],
    [245, '4 min 05 s'],
    [3599.6, '1 h 00 min'],
    [7630, '2 h 07 min'],
  ])('%d s is %s', (seconds, text) => expect(duration(seconds)).toBe(text));
});

describe('figure', () => {
  it.each([
    [0.123456, '0.123'],
    [1234.5, '1235'],
    [0.00003216, '0.0000322'],
    [2, '2'],
    [-0.5, '-0.5'],
    [NaN, 'NaN'],
  ])('%d is %s', (value, text) => expect(figure(value)).toBe(text));
});
