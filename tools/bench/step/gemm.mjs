import { linear } from '@distiller/engine';
import { createOnnxEngine } from '@distiller/engine-onnx';
import { MODELS, TEACHER_WIDTH } from './cases.mjs';

const SIDE = 2048;

/** Fastest of a few large products on the same runtime, in GFLOP/s. */
export async function measureGemmPeak(threads) {
  const engine = await createOnnxEngine({ threads });
  const square = () => ({
    dtype: 'float32',
    shape: [SIDE, SIDE],
    data: new Float32Array(SIDE ** 2).fill(0.5),
  });
  const program = (params, inputs) => ({ outputs: { y: linear(inputs.x, params.w) } });
  const inference = await engine.inference(program, { w: square() });
  const inputs = { x: square() };
  let fastest = Infinity;
  for (let repetition = 0; repetition < 8; repetition++) {
    const start = performance.now();
    await inference.run(inputs);
    fastest = Math.min(fastest, performance.now() - start);
  }
  await engine.dispose();
  return (2 * SIDE ** 3) / (fastest * 1e6);
}

/** Floating-point operations in the matrix products of one step: forward once, backward twice. */
export function stepGflop({ model, batch, length }) {
  const { layers, hiddenSize: d, intermediateSize: f } = MODELS[model];
  const rows = batch * length;
  const dense = 2 * rows * (4 * d * d + 2 * d * f + d * TEACHER_WIDTH);
  const attention = 2 * 2 * rows * length * d;
  return (3 * layers * (dense + attention)) / 1e9;
}
