import type { Optimizer } from './optimizer.js';
import type { Program } from './program.js';
import type { HostTensors, Weights } from './tensors.js';

/** Where in a run a step stands; with the site's name it decides every random number of the step. */
export interface StepPoint {
  /** Seed of the run, an unsigned 32-bit integer. */
  readonly seed: number;
  /** Optimizer steps done before this one. */
  readonly step: number;
}

/** A program bound to weights, run forward only. */
export interface Inference {
  /** Feeds the inputs and brings back `outputs`; `loss` (when the program has one) is added under its name. */
  run(inputs: HostTensors): Promise<HostTensors>;
  /** Uses other values for the same names and shapes from the next `run` on. Does not copy on host engines. */
  setWeights(weights: Weights): void;
  /** Frees every tensor and session. Further use is an error; a second call does nothing. */
  dispose(): Promise<void>;
}

export interface StepOptions extends StepPoint {
  /** Learning rate of this step, already scheduled; parameter groups may scale it. */
  readonly learningRate: number;
}

export interface StepResult {
  /** Mean over the micro-batches. */
  readonly loss: number;
  /** Of the last micro-batch. */
  readonly outputs: HostTensors;
  /** L2 norm over all gradients, before clipping. */
  readonly gradientNorm: number;
}

export interface GradientResult {
  readonly loss: number;
  readonly outputs: HostTensors;
  /** Dense gradient of every parameter; zeros for one that the loss does not depend on. */
  readonly gradients: Weights;
}

/** Everything that decides the rest of a training besides data and seed. */
export interface TrainingState {
  readonly weights: Weights;
  /** The optimizer's own arrays, e.g. `moment1/encoder.layer.0…`, and its step count. */
  readonly optimizer: HostTensors;
}

/** A program with a loss, bound to weights that it changes. Owns them and the optimizer's state. */
export interface Training {
  /**
   * One optimizer step on the mean gradient of the micro-batches (one or more: gradient accumulation).
   * Micro-batch k draws its random numbers from the step's key and k.
   *
   * @throws DistillerError `numeric` when the loss or a gradient is not finite; nothing is updated then.
   */
  step(microBatches: readonly HostTensors[], options: StepOptions): Promise<StepResult>;
  /** Loss and gradients at this point, without an update. */
  gradients(inputs: HostTensors, at: StepPoint): Promise<GradientResult>;
  /** The current weights. On host engines a live view, not a copy: valid until the next step. */
  weights(): Promise<Weights>;
  /** A copy of everything that must be saved to continue with the same bytes. */
  snapshot(): Promise<TrainingState>;
  /** Continues from a snapshot. */
  restore(state: TrainingState): Promise<void>;
  dispose(): Promise<void>;
}

/** Runs programs. Engines are interchangeable: same program, weights, inputs and seed, same numbers. */
export interface Engine {
  /** `onnx/cpu`, `onnx/webgpu`, `tfjs/wasm`, `tfjs/tensorflow` … */
  readonly name: string;
  inference(program: Program, weights: Weights): Promise<Inference>;
  /** Copies the weights; the caller's arrays are never changed. */
  training(program: Program, weights: Weights, optimizer: Optimizer): Promise<Training>;
  dispose(): Promise<void>;
}
