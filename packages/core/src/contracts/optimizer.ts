import type { HostTensors, Weights } from './tensors.js';

/** Gradient of one parameter. */
export type Gradient =
  | { readonly kind: 'dense'; readonly values: Float32Array }
  /**
   * Gradient of a table whose rows were looked up: row `rows[k]` gets `values[k·width … (k+1)·width)`.
   * Rows repeat; they are summed in the order given, so the result is exact and reproducible.
   */
  | {
      readonly kind: 'rows';
      readonly rows: Int32Array;
      readonly values: Float32Array;
      readonly width: number;
    };

export type Gradients = Readonly<Record<string, Gradient>>;

export interface UpdateOptions {
  /** Learning rate of this step, before a parameter group scales it. */
  readonly learningRate: number;
  /** Multiplies every gradient first: 1/(number of micro-batches) under accumulation. */
  readonly gradientScale: number;
}

/** The running state of an optimizer over one set of weights. */
export interface OptimizerState {
  /**
   * Changes the weights in place. Adds up `gradients` of several micro-batches first.
   * @returns the L2 norm of the scaled gradient, before clipping.
   * @throws DistillerError `numeric`, before anything is changed, when a gradient is not finite.
   */
  update(weights: Weights, gradients: readonly Gradients[], options: UpdateOptions): number;
  /**
   * An array of zeros for a weight or a gradient, which `update` then handles fastest. Optional in every way:
   * arrays may live anywhere, and this one is an ordinary array.
   */
  allocate?(length: number): Float32Array;
  /** A copy of the state, bit for bit. */
  snapshot(): HostTensors;
  restore(state: HostTensors): void;
}

/** A rule that turns gradients into updates. Stateless itself. */
export interface Optimizer {
  readonly name: string;
  start(weights: Weights): OptimizerState;
}

/** Factor on the base learning rate, or on the weight of a term of the loss, at a step, in [0, 1]. Pure. */
export interface Schedule {
  /** @param step optimizer steps done before this one, 0 ≤ step < total. */
  factor(step: number, total: number): number;
}
