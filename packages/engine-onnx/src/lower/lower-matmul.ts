import type { Node, Operation, Value } from '../graph/graph.js';
import { float, int, type Emitter } from './emitter.js';
import type { Dialect } from './lower.js';

type Matmul = Extract<Operation, { op: 'matmul' }>;

/** Gemm for matrices; for batches FusedMatMul where there is one, else Transpose and MatMul. */
export function lowerMatmul(
  node: Node,
  { transposeA, transposeB, alpha }: Matmul,
  { contrib }: Dialect,
  emit: Emitter,
): void {
  const [a, b] = node.inputs as [Value, Value];
  const [result] = node.outputs as [Value];
  const names = node.inputs.map((value) => emit.operand(value));
  const flags = {
    transA: int(Number(transposeA)),
    transB: int(Number(transposeB)),
    alpha: float(alpha),
  };
  if (a.shape.length === 2 && b.shape.length === 2) {
    return emit.bind(result, emit.emit('Gemm', names, flags));
  }
  if (contrib && (transposeA || transposeB || alpha !== 1)) {
    const output = emit.freshName();
    emit.emitNode('FusedMatMul', names, [output], flags, 'com.microsoft');
    return emit.bind(result, output);
  }
  const turn = (value: Value, name: string, isTurned: boolean) => {
    if (!isTurned) return name;
    const axes = value.shape.map((_, axis) => axis);
    const permutation = [...axes.slice(0, -2), axes.length - 1, axes.length - 2];
    return emit.emit('Transpose', [name], { perm: { ints: permutation } });
  };
  const [left, right] = names as [string, string];
  const product = emit.emit('MatMul', [turn(a, left, transposeA), turn(b, right, transposeB)]);
  emit.bind(
    result,
    alpha === 1 ? product : emit.emit('Mul', [product, emit.scalar(alpha, 'float32')]),
  );
}
