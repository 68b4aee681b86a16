import { DistillerError, type Gradient } from '@distiller/core';
import { CHUNK } from './kernel-memory.js';

/** The gradient of one parameter over all micro-batches. */
export type GradientSum =
  /** The sum of `sources`, element by element, in this order; zero when there are none. */
  | { readonly kind: 'dense'; readonly sources: readonly Float32Array[] }
  /** Row `rows[k]` has `values[k·width … (k+1)·width)`, the others are zero. `rows` ascend strictly. */
  | {
      readonly kind: 'rows';
      readonly rows: Int32Array;
      readonly values: Float32Array;
      readonly width: number;
    };

type RowsGradient = Extract<Gradient, { kind: 'rows' }>;

/**
 * Puts together what the micro-batches say about one parameter. Looked-up rows stay rows, summed in the
 * order given, unless one micro-batch is dense or the kernels can't work on single rows of that width.
 *
 * @param size number of elements of the parameter.
 * @throws DistillerError `shape` when a gradient does not fit the parameter.
 */
export function sumGradients(
  name: string,
  size: number,
  gradients: readonly Gradient[],
): GradientSum {
  for (const gradient of gradients) checkFit(name, size, gradient);
  const [first] = gradients;
  if (
    first?.kind === 'rows' &&
    first.width % 4 === 0 &&
    first.width <= CHUNK &&
    gradients.every((gradient) => gradient.kind === 'rows' && gradient.width === first.width)
  ) {
    return sumRows(size / first.width, gradients as readonly RowsGradient[], first.width);
  }
  const isDense = gradients.every((gradient) => gradient.kind === 'dense');
  return {
    kind: 'dense',
    sources: isDense ? gradients.map(({ values }) => values) : [sumDense(size, gradients)],
  };
}

function sumRows(
  tableRows: number,
  gradients: readonly RowsGradient[],
  width: number,
): GradientSum {
  // 1 + position among the rows that occur; 0 for the others.
  const slots = new Int32Array(tableRows);
  for (const { rows } of gradients) for (const row of rows) slots[row] = 1;
  let count = 0;
  for (let row = 0; row < tableRows; row++) if (slots[row] === 1) slots[row] = ++count;

  const rows = new Int32Array(count);
  const values = new Float32Array(count * width);
  for (const gradient of gradients) {
    gradient.rows.forEach((row, k) => {
      const slot = (slots[row] as number) - 1;
      rows[slot] = row;
      addRow(values, slot * width, gradient.values, k * width, width);
    });
  }
  return { kind: 'rows', rows, values, width };
}

/** The same sum with its zeros. */
function sumDense(size: number, gradients: readonly Gradient[]): Float32Array {
  const sum = new Float32Array(size);
  for (const gradient of gradients) {
    if (gradient.kind === 'dense') addRow(sum, 0, gradient.values, 0, size);
    else {
      const { rows, values, width } = gradient;
      rows.forEach((row, k) => addRow(sum, row * width, values, k * width, width));
    }
  }
  return sum;
}

function addRow(
  target: Float32Array,
  at: number,
  source: Float32Array,
  from: number,
  width: number,
): void {
  for (let i = 0; i < width; i++) {
    target[at + i] = (target[at + i] as number) + (source[from + i] as number);
  }
}

function checkFit(name: string, size: number, gradient: Gradient): void {
  const refuse = (what: string) =>
    new DistillerError('shape', `optimizer: the gradient of "${name}" ${what}.`);

  const { values } = gradient;
  if (gradient.kind === 'dense') {
    if (values.length !== size) {
      throw refuse(`has ${values.length} values but the parameter has ${size}`);
    }
    return;
  }
  const { rows, width } = gradient;
  if (!(width > 0) || size % width !== 0) {
    throw refuse(`has rows of ${width} values, which do not divide the parameter's ${size}`);
  }
  if (values.length !== rows.length * width) {
    throw refuse(`has ${values.length} values for ${rows.length} rows of ${width}`);
  }
  const wrong = rows.find((row) => row < 0 || row >= size / width);
  if (wrong !== undefined) {
    throw refuse(`has a row ${wrong} but the parameter has rows 0 to ${size / width - 1}`);
  }
}
