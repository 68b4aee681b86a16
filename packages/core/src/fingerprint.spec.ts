import { describe, expect, it } from '@jest/globals';
import { fingerprint } from './fingerprint.js';

describe('fingerprint', () => {
  // Python: hashlib.sha256(b'text 3\nabc' + b'bytes 2\n' + bytes([1, 2])).hexdigest()
  it('is the SHA-256 of the parts with their types and lengths', () => {
    expect(fingerprint('abc', new Uint8Array([1, 2]))).toBe(
      '0da87a8e7b106e0637cc02933cba0bcceb424f3d1fa88813ca9b359a46bf9925',
    );
  });

  it('keeps parts apart', () => {
    const prints = [
      fingerprint(),
      fingerprint(''),
      fingerprint('', ''),
      fingerprint('ab'),
      fingerprint('a', 'b'),
      fingerprint('b', 'a'),
      fingerprint(new TextEncoder().encode('ab')),
      fingerprint('text 1\nb'),
    ];
    expect(new Set(prints).size).toBe(prints.length);
  });

  it('reads a view where it lies, whatever its element type', () => {
    const numbers = new Float32Array([9, 1, 2, 9]);
    expect(fingerprint(numbers.subarray(1, 3))).toBe(fingerprint(new Float32Array([1, 2])));
    expect(fingerprint(numbers)).toBe(fingerprint(new DataView(numbers.buffer)));
  });
});
