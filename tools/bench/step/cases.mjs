/** Students of the speed goal: layers, width, heads, feed-forward width. */
export const MODELS = {
  tinybert4: { layers: 4, hiddenSize: 312, heads: 12, intermediateSize: 1200 },
  'bert-mini': { layers: 4, hiddenSize: 256, heads: 4, intermediateSize: 1024 },
};

export const VOCABULARY = 30522;
/** Width of the hidden states that the teacher supplies, one for each student layer. */
export const TEACHER_WIDTH = 384;

/** Small seeded generator: the two sides need equal shapes and lengths, not equal numbers. */
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Texts of 60–100 % of the padded length, as length-bucketed batches have. */
export function batch({ batch, length, layers, seed = 1 }) {
  const random = generator(seed);
  const fill = (Type, size, value) => Type.from({ length: size }, (_, index) => value(index));
  const size = batch * length;
  const lengths = fill(Int32Array, batch, () => Math.ceil(length * (0.6 + 0.4 * random())));
  const int = (shape, data) => ({ dtype: 'int32', shape, data });
  const real = (shape) => ({
    dtype: 'float32',
    shape,
    data: fill(
      Float32Array,
      shape.reduce((a, b) => a * b),
      () => random() * 2 - 1,
    ),
  });
  const inputs = {
    ids: int(
      [batch, length],
      fill(Int32Array, size, () => Math.floor(random() * VOCABULARY)),
    ),
    mask: int(
      [batch, length],
      fill(Int32Array, size, (i) => Number(i % length < lengths[Math.floor(i / length)])),
    ),
    types: int([batch, length], new Int32Array(size)),
    labels: int(
      [batch],
      fill(Int32Array, batch, () => Math.floor(random() * 2)),
    ),
    teacherLogits: real([batch, 2]),
  };
  for (let layer = 1; layer <= layers; layer++) {
    inputs[`teacherHidden/${layer}`] = real([batch, length, TEACHER_WIDTH]);
  }
  return inputs;
}
