import {
  DistillerError,
  type Gradient,
  type Gradients,
  type HostTensor,
  type HostTensors,
  type OptimizerState,
  type UpdateOptions,
  type Weights,
} from '@distiller/core';
import { sumGradients, type GradientSum } from './gradient-sum.js';
import { CHUNK, KernelMemory, roundUp } from './kernel-memory.js';
import { restoreMoments, saveMoments, type Moments } from './saved-moments.js';
import type { ParameterSettings } from './parameter-groups.js';

/** What one step does to one parameter. */
export interface Update {
  /** Runs the rule over `count` elements (a multiple of 4), given as pointers. May use the third scratch array. */
  apply(
    memory: KernelMemory,
    p: number,
    g: number,
    moments: readonly number[],
    count: number,
  ): void;
  /**
   * What it comes down to for elements whose gradient and moments are 0: multiplication by this factor;
   * undefined when it is not that simple.
   */
  readonly idleFactor: number | undefined;
}

/** An optimization rule without its state. */
export interface UpdateRule {
  readonly name: string;
  /** Names of the running averages, one array per parameter each. */
  readonly moments: readonly string[];
  /** Largest L2 norm of the gradient over all parameters; a longer one is shortened to it. */
  readonly maxGradientNorm: number | undefined;
  settings(names: readonly string[]): ReadonlyMap<string, ParameterSettings>;
  /**
   * @param step this one, counted from 1.
   * @param learningRate scaled for the parameter already.
   * @param gradientScale factor on every gradient: micro-batches and clipping.
   */
  update(step: number, learningRate: number, gradientScale: number, weightDecay: number): Update;
}

/** One parameter. */
interface Slot extends Moments {
  readonly size: number;
  readonly settings: ParameterSettings;
  /** Of a table: 1 for rows whose moments may differ from 0. Found out when it is first needed. */
  touched?: Uint8Array | undefined;
}

/**
 * Applies a rule to all parameters, each in one pass of a WebAssembly kernel over chunks that stay in the
 * first-level cache. The moments live in the kernels' memory; weights and gradients may live anywhere, and
 * are not even copied when they were allocated here.
 */
export class FusedState implements OptimizerState {
  readonly #rule: UpdateRule;
  readonly #memory: KernelMemory;
  readonly #slots: readonly Slot[];
  #step = 0;

  constructor(rule: UpdateRule, weights: Weights) {
    this.#rule = rule;
    // Sorted, so that sums over parameters do not depend on where the weights came from.
    const names = Object.keys(weights).sort();
    const settings = rule.settings(names);
    const sizes = names.map((name) => weights[name]?.data.length ?? 0);
    const elements = sizes.reduce((sum, size) => sum + size, 0);
    // The moments, and room for the weights and one gradient (`allocate`).
    const arrays = rule.moments.length + 2;
    this.#memory = new KernelMemory(elements * arrays, names.length * arrays);
    this.#slots = names.map((name) => {
      const { data, shape } = weights[name] as HostTensor;
      const moments = rule.moments.map(() => {
        const moment = this.#memory.allocate(data.length);
        if (moment) return moment;
        throw new DistillerError(
          'unsupported',
          `${rule.name}: ${elements} parameters need ${rule.moments.length} averages each, which exceeds the 4 GiB that they may take. Train a smaller model.`,
        );
      });
      return {
        name,
        shape: [...shape],
        size: data.length,
        settings: settings.get(name) as ParameterSettings,
        moments,
      };
    });
  }

  allocate(length: number): Float32Array {
    return this.#memory.allocate(length) ?? new Float32Array(length);
  }

  update(
    weights: Weights,
    gradients: readonly Gradients[],
    { learningRate, gradientScale }: UpdateOptions,
  ): number {
    const sums = this.#sum(gradients);
    const values = this.#slots.map(({ name, size }) => {
      const data = weights[name]?.data;
      if (data?.length === size) return data;
      throw new DistillerError(
        'bug',
        `${this.#rule.name}: "${name}" has ${data?.length ?? 'no'} values but had ${size} at the start; this is a bug in the engine.`,
      );
    });
    // Nothing is changed before every gradient was seen.
    const norm = Math.abs(gradientScale) * this.#norm(sums);
    const limit = this.#rule.maxGradientNorm;
    const clip = limit === undefined ? 1 : Math.min(1, limit / (norm + 1e-6)); // as torch does
    this.#step++;
    this.#slots.forEach((slot, i) => {
      const { learningRateScale, weightDecay } = slot.settings;
      const update = this.#rule.update(
        this.#step,
        learningRate * learningRateScale,
        gradientScale * clip,
        weightDecay,
      );
      const data = values[i] as Float32Array;
      const sum = sums[i] as GradientSum;
      if (sum.kind === 'dense') {
        slot.touched = undefined;
        this.#updateDense(slot, data, sum.sources, update);
      } else this.#updateRows(slot, data, sum, update);
    });
    return norm;
  }

  snapshot(): HostTensors {
    return saveMoments(this.#step, this.#rule.moments, this.#slots);
  }

  restore(state: HostTensors): void {
    this.#step = restoreMoments(state, this.#rule, this.#slots);
    for (const slot of this.#slots) slot.touched = undefined;
  }

  #sum(gradients: readonly Gradients[]): readonly GradientSum[] {
    const known = new Set(this.#slots.map(({ name }) => name));
    const unknown = gradients.flatMap(Object.keys).find((name) => !known.has(name));
    if (unknown !== undefined) {
      throw new DistillerError(
        'bug',
        `${this.#rule.name}: a gradient is called "${unknown}", which is no parameter; this is a bug in the engine.`,
      );
    }
    return this.#slots.map(({ name, size }) => {
      const parts = gradients.map((byName) => byName[name]);
      return sumGradients(
        name,
        size,
        parts.filter((part): part is Gradient => part !== undefined),
      );
    });
  }

  /** L2 norm over all parameters, in float64 and a fixed order: four sums by position, parameter by parameter. */
  #norm(sums: readonly GradientSum[]): number {
    const { kernels, sums: squares } = this.#memory;
    let total = 0;
    sums.forEach((sum, i) => {
      const { name, size } = this.#slots[i] as Slot;
      const [sources, length] =
        sum.kind === 'dense' ? [sum.sources, size] : [[sum.values], sum.values.length];
      squares.fill(0);
      forEachChunk(length, (begin, end) => {
        const g = this.#memory.sum(sources, begin, end);
        kernels.squares(g, roundUp(end - begin), squares.byteOffset);
      });
      const squared = squares.reduce((sum, value) => sum + value, 0);
      // Squares of float32 never overflow float64, so this finds every NaN and infinity.
      if (!Number.isFinite(squared)) {
        throw new DistillerError(
          'numeric',
          `${this.#rule.name}: the gradient of "${name}" is not finite, so nothing was updated. Lower the learning rate, clip the gradient, or check the data.`,
        );
      }
      total += squared;
    });
    return Math.sqrt(total);
  }

  #updateDense(
    slot: Slot,
    data: Float32Array,
    sources: readonly Float32Array[],
    update: Update,
  ): void {
    forEachChunk(slot.size, (begin, end) => {
      this.#apply(slot, data, begin, end, this.#memory.sum(sources, begin, end), update);
    });
  }

  /**
   * The dense rule, bit for bit, on a table of which few rows have a gradient: rows that never had one have
   * moments of 0 and are only decayed.
   */
  #updateRows(
    slot: Slot,
    data: Float32Array,
    { rows, values, width }: Extract<GradientSum, { kind: 'rows' }>,
    update: Update,
  ): void {
    const tableRows = slot.size / width;
    const rowsAtOnce = Math.floor(CHUNK / width);
    const { idleFactor } = update;
    const active = touchedRows(slot, width, this.#step);
    for (const row of rows) active[row] = 1;
    if (idleFactor === undefined) active.fill(1);

    let next = 0; // position in `rows`
    for (let begin = 0, end; begin < tableRows; begin = end) {
      const isActive = active[begin] === 1;
      end = active.indexOf(isActive ? 0 : 1, begin);
      if (end < 0) end = tableRows;
      if (!isActive) {
        if (idleFactor !== 1)
          this.#multiply(data, begin * width, end * width, idleFactor as number);
        continue;
      }
      for (let first = begin; first < end; first += rowsAtOnce) {
        const last = Math.min(first + rowsAtOnce, end);
        const g = this.#memory.scratch[1];
        this.#memory.clear(g, (last - first) * width);
        for (; next < rows.length && (rows[next] as number) < last; next++) {
          const row = values.subarray(next * width, (next + 1) * width);
          this.#memory.load(row, g + 4 * ((rows[next] as number) - first) * width);
        }
        this.#apply(slot, data, first * width, last * width, g, update);
      }
    }
  }

  #apply(
    { moments }: Slot,
    data: Float32Array,
    begin: number,
    end: number,
    g: number,
    update: Update,
  ): void {
    const pointers = moments.map(({ byteOffset }) => byteOffset + 4 * begin);
    this.#memory.change(data, begin, end, (p) =>
      update.apply(this.#memory, p, g, pointers, roundUp(end - begin)),
    );
  }

  #multiply(data: Float32Array, begin: number, end: number, factor: number): void {
    forEachChunk(end - begin, (from, to) => {
      this.#memory.change(data, begin + from, begin + to, (p) =>
        this.#memory.kernels.multiply(p, roundUp(to - from), factor),
      );
    });
  }
}

function forEachChunk(length: number, visit: (begin: number, end: number) => void): void {
  for (let begin = 0; begin < length; begin += CHUNK) {
    visit(begin, Math.min(begin + CHUNK, length));
  }
}

/** 1 for every row whose moments may differ from 0; kept up to date by the caller. */
function touchedRows(slot: Slot, width: number, step: number): Uint8Array {
  const tableRows = slot.size / width;
  if (slot.moments.length === 0) return new Uint8Array(tableRows);
  if (slot.touched?.length !== tableRows) {
    const touched = new Uint8Array(tableRows);
    if (step > 1) {
      for (const moment of slot.moments) {
        moment.forEach((value, i) => {
          if (value !== 0) touched[Math.floor(i / width)] = 1;
        });
      }
    }
    slot.touched = touched;
  }
  return slot.touched;
}
