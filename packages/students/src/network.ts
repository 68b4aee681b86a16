import type {
  EncodedInputs,
  ModelDescription,
  ModelOutput,
  Parameter,
  ProgramContext,
  Rng,
  Tensors,
  Weights,
} from '@distiller/core';
import type { z } from 'zod';

/** Everything that decides the shapes of a network. */
export interface NetworkShape<Settings> {
  readonly settings: Settings;
  readonly vocabularySize: number;
  /** Longest input in tokens. */
  readonly maxLength: number;
  /** Number of logits. */
  readonly outputs: number;
}

/** First values of a parameter: all the same, from U(−bound, bound), or from N(0, deviation²). */
export type InitialValues =
  { readonly constant: number } | { readonly bound: number } | { readonly deviation: number };

export interface ParameterPlan {
  readonly shape: readonly number[];
  readonly initial: InitialValues;
}

/**
 * A kind of network as functions of its settings and parameters. With it come a student (`customStudent`), an
 * architecture that opens what was saved (`networkArchitecture`), and everything that works on a TextModel.
 */
export interface Network<Settings> {
  /** `model_type` in the `config.json` of its folders, and the name of its architecture. */
  readonly modelType: string;
  /** Of what its folders keep. */
  readonly settings: z.ZodType<Settings>;
  describe(
    shape: NetworkShape<Settings>,
  ): Pick<ModelDescription, 'layers' | 'hiddenSize' | 'heads' | 'provides' | 'isUnrolled'>;
  /** Every parameter by name, in a fixed order. Names that begin with `classifier.` belong to the task. */
  parameters(shape: NetworkShape<Settings>): Readonly<Record<string, ParameterPlan>>;
  /** Pure, traceable, and blind to padding; logits [B, C]. */
  forward(
    shape: NetworkShape<Settings>,
    params: Tensors,
    inputs: EncodedInputs,
    context: ProgramContext,
  ): ModelOutput;
}

/** Infers the type of the settings; returns the network unchanged. */
export function defineNetwork<Settings>(network: Network<Settings>): Network<Settings> {
  return network;
}

/** New weights, each parameter from a stream named after it. */
export function initialNetworkWeights<Settings>(
  network: Network<Settings>,
  shape: NetworkShape<Settings>,
  rng: Rng,
): Weights {
  return Object.fromEntries(
    Object.entries(network.parameters(shape)).map(([name, plan]) => [
      name,
      initialValues(plan, rng.derive(name)),
    ]),
  );
}

/** A parameter as its plan says. */
export function initialValues({ shape, initial }: ParameterPlan, rng: Rng): Parameter {
  const size = shape.reduce((product, length) => product * length, 1);
  return { dtype: 'float32', shape, data: valuesOf(initial, size, rng) };
}

function valuesOf(initial: InitialValues, size: number, rng: Rng): Float32Array {
  if ('constant' in initial) return new Float32Array(size).fill(initial.constant);
  if ('bound' in initial) return rng.uniforms(size).map((value) => (2 * value - 1) * initial.bound);
  return rng.normals(size).map((value) => value * initial.deviation);
}

/** Weight [out, in] and bias [out] of a linear map, U(−1/√in, 1/√in) as PyTorch draws them. */
export function linearPlan(name: string, from: number, to: number): Record<string, ParameterPlan> {
  const initial = { bound: 1 / Math.sqrt(from) };
  return {
    [`${name}.weight`]: { shape: [to, from], initial },
    [`${name}.bias`]: { shape: [to], initial },
  };
}
