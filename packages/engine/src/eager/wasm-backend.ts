import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { registerWasmBatchMatMul } from './wasm-batch-mat-mul.js';

/**
 * Registers tfjs' wasm backend, which looks for its binaries beside its own module, and mends its matrix
 * product. Doing it again changes nothing.
 */
export async function registerWasmBackend(): Promise<void> {
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  const main = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  setWasmPaths(`${dirname(main)}/`);
  registerWasmBatchMatMul();
}
