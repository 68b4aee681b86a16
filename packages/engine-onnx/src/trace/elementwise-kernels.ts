import type { BinaryFunction, UnaryFunction, Value } from '../graph/graph.js';
import type { Kernel, Operands } from './kernels.js';

const x = (operands: Operands) => operands['x'] as Value;
const a = (operands: Operands) => operands['a'] as Value;
const b = (operands: Operands) => operands['b'] as Value;

const unary =
  (fn: UnaryFunction): Kernel =>
  (build, operands) =>
    build.unary(fn, x(operands));

const binary =
  (fn: BinaryFunction): Kernel =>
  (build, operands) =>
    build.binary(fn, a(operands), b(operands));

/** tfjs kernels that give one element for each element. */
export const ELEMENTWISE_KERNELS: Readonly<Record<string, Kernel>> = {
  Abs: unary('abs'),
  Ceil: unary('ceil'),
  Cos: unary('cos'),
  Erf: unary('erf'),
  Exp: unary('exp'),
  Floor: unary('floor'),
  IsNan: unary('is-nan'),
  Log: unary('log'),
  LogicalNot: unary('not'),
  Neg: unary('neg'),
  Reciprocal: unary('reciprocal'),
  Relu: unary('relu'),
  Round: unary('round'),
  Sigmoid: unary('sigmoid'),
  Sign: unary('sign'),
  Sin: unary('sin'),
  Softplus: unary('softplus'),
  Sqrt: unary('sqrt'),
  Tanh: unary('tanh'),

  Add: binary('add'),
  Equal: binary('equal'),
  Greater: binary('greater'),
  GreaterEqual: binary('greater-equal'),
  Less: binary('less'),
  LessEqual: binary('less-equal'),
  LogicalAnd: binary('and'),
  LogicalOr: binary('or'),
  Maximum: binary('max'),
  Minimum: binary('min'),
  Multiply: binary('mul'),
  Pow: binary('pow'),
  RealDiv: binary('div'),
  Sub: binary('sub'),

  AddN: (build, operands) =>
    Object.values(operands).reduce((sum, term) => build.binary('add', sum, term)),
  Cast: (build, operands, { dtype }) => build.cast(x(operands), dtype),
  ClipByValue: (build, operands, { clipValueMin, clipValueMax }) => {
    const atLeast = build.binary('max', x(operands), build.fill(clipValueMin));
    return build.binary('min', atLeast, build.fill(clipValueMax));
  },
  Expm1: (build, operands) => build.binary('sub', build.unary('exp', x(operands)), build.fill(1)),
  FloorDiv: (build, operands) => {
    const quotient = build.binary(
      'div',
      build.cast(a(operands), 'float32'),
      build.cast(b(operands), 'float32'),
    );
    return build.cast(build.unary('floor', quotient), a(operands).dtype);
  },
  LeakyRelu: (build, operands, { alpha }) => {
    const scaled = build.binary('mul', x(operands), build.fill(alpha));
    const positive = build.binary('greater', x(operands), build.fill(0));
    return build.select(positive, x(operands), scaled);
  },
  Log1p: (build, operands) => build.unary('log', build.binary('add', x(operands), build.fill(1))),
  NotEqual: (build, operands) =>
    build.unary('not', build.binary('equal', a(operands), b(operands))),
  Relu6: (build, operands) => build.binary('min', build.unary('relu', x(operands)), build.fill(6)),
  Rsqrt: (build, operands) => build.unary('reciprocal', build.unary('sqrt', x(operands))),
  Select: (build, { condition, t, e }) => {
    const rank = (t as Value).shape.length;
    const given = (condition as Value).shape;
    // tfjs lets a vector of conditions choose whole rows.
    const shape = given.length === 1 && rank > 1 ? [...given, ...Array(rank - 1).fill(1)] : given;
    return build.select(build.reshape(condition as Value, shape), t as Value, e as Value);
  },
  Square: (build, operands) => build.binary('mul', x(operands), x(operands)),
  SquaredDifference: (build, operands) => {
    const difference = build.binary('sub', a(operands), b(operands));
    return build.binary('mul', difference, difference);
  },
  Step: (build, operands, { alpha }) => {
    const positive = build.binary('greater', x(operands), build.fill(0));
    return alpha === 0
      ? build.cast(positive, 'float32')
      : build.select(positive, build.fill(1), build.fill(alpha));
  },

  DistillerGelu: unary('gelu'),
};
