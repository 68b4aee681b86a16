// Compiles kernels.wat of packages/engine into kernels-binary.ts. Run after every change of the former:
//   node tools/kernels/build-kernels.mjs
import { readFileSync, writeFileSync } from 'node:fs';
import wabt from 'wabt';

const source = new URL('../../packages/engine/src/optimizer/kernels.wat', import.meta.url);
const target = new URL('../../packages/engine/src/optimizer/kernels-binary.ts', import.meta.url);

const { parseWat } = await wabt();
const module = parseWat('kernels.wat', readFileSync(source, 'utf8'), { simd: true });
module.validate();
const base64 = Buffer.from(module.toBinary({}).buffer).toString('base64');
writeFileSync(
  target,
  `/** kernels.wat, compiled by tools/kernels/build-kernels.mjs; in base64, so that bundlers need no rule for it. */
export const KERNELS_BASE64 =
  '${base64}';
`,
);
