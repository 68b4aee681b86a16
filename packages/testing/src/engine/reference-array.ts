/** A dense row-major array of float64, for references that are computed by naive loops. */
export interface ReferenceArray {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** @param data as many values as the shape has places. */
export function reference(shape: readonly number[], data: ArrayLike<number>): ReferenceArray {
  return { shape, data: Float64Array.from(data) };
}

/** Each entry changed on its own. */
export function map(x: ReferenceArray, change: (value: number) => number): ReferenceArray {
  return { shape: x.shape, data: x.data.map(change) };
}

/** Two arrays combined entry by entry; axes of extent 1, also missing leading ones, are repeated. */
export function combine(
  a: ReferenceArray,
  b: ReferenceArray,
  operation: (a: number, b: number) => number,
): ReferenceArray {
  const rank = Math.max(a.shape.length, b.shape.length);
  const [left, right] = [padded(a.shape, rank), padded(b.shape, rank)];
  const shape = left.map((extent, axis) => Math.max(extent, right[axis] as number));
  return build(shape, (at) =>
    operation(
      valueAt(
        { ...a, shape: left },
        at.map((i, axis) => (left[axis] === 1 ? 0 : i)),
      ),
      valueAt(
        { ...b, shape: right },
        at.map((i, axis) => (right[axis] === 1 ? 0 : i)),
      ),
    ),
  );
}

/** The last axis, row by row, turned into another row. */
export function mapRows(
  x: ReferenceArray,
  change: (row: readonly number[]) => readonly number[],
): ReferenceArray {
  const width = x.shape.at(-1) ?? 1;
  const rows = Array.from({ length: x.data.length / width }, (_, n) =>
    change([...x.data.subarray(n * width, (n + 1) * width)]),
  );
  return reference([...x.shape.slice(0, -1), rows[0]?.length ?? 0], rows.flat());
}

/** Axes in another order: axis k of the result is axis order[k] of x. */
export function transpose(x: ReferenceArray, order: readonly number[]): ReferenceArray {
  const shape = order.map((axis) => x.shape[axis] as number);
  return build(shape, (at) => {
    const source: number[] = [];
    order.forEach((axis, k) => (source[axis] = at[k] as number));
    return valueAt(x, source);
  });
}

/** Product of the last two axes, for each place of the leading ones: [..., M, K] · [..., K, N]. */
export function matMul(a: ReferenceArray, b: ReferenceArray): ReferenceArray {
  const inner = a.shape.at(-1) as number;
  const shape = [...a.shape.slice(0, -1), b.shape.at(-1) as number];
  return build(shape, (at) => {
    const [batch, row, column] = [at.slice(0, -2), at.at(-2) as number, at.at(-1) as number];
    let sum = 0;
    for (let k = 0; k < inner; k++) {
      sum += valueAt(a, [...batch, row, k]) * valueAt(b, [...batch, k, column]);
    }
    return sum;
  });
}

/** An array of the shape, entry by entry from its place. */
export function build(
  shape: readonly number[],
  value: (at: readonly number[]) => number,
): ReferenceArray {
  const size = shape.reduce((product, extent) => product * extent, 1);
  const data = Float64Array.from({ length: size }, (_, flat) => {
    const at: number[] = [];
    let rest = flat;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at[axis] = rest % (shape[axis] as number);
      rest = Math.floor(rest / (shape[axis] as number));
    }
    return value(at);
  });
  return { shape, data };
}

export function valueAt(x: ReferenceArray, at: readonly number[]): number {
  const flat = at.reduce((offset, i, axis) => offset * (x.shape[axis] as number) + i, 0);
  return x.data[flat] as number;
}

function padded(shape: readonly number[], rank: number): number[] {
  return [...Array.from({ length: rank - shape.length }, () => 1), ...shape];
}
