import { createEagerEngine } from '@distiller/engine';

/** The engine that a check runs on: `cpu` or `wasm` op by op, `onnx` compiled. */
export async function createEngine(name) {
  if (name !== 'onnx') return createEagerEngine({ backend: name });
  const { createOnnxEngine } = await import('@distiller/engine-onnx');
  return createOnnxEngine({ provider: 'cpu', threads: 2 });
}
