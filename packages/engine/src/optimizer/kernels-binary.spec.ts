import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import wabt from 'wabt';
import { KERNELS_BASE64 } from './kernels-binary.js';

describe('the compiled kernels', () => {
  it('are those of kernels.wat', async () => {
    const source = readFileSync(new URL('kernels.wat', import.meta.url), 'utf8');
    const { parseWat } = await wabt();
    const { buffer } = parseWat('kernels.wat', source, { simd: true }).toBinary({});
    // Otherwise run: node tools/kernels/build-kernels.mjs
    expect(KERNELS_BASE64).toBe(Buffer.from(buffer).toString('base64'));
  });
});
