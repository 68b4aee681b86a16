import type * as tf from '@tensorflow/tfjs';
import type { Engine } from './engine.js';
import type { LayerFeature, ModelDescription, TextModel } from './model.js';
import type { Optimizer, Schedule } from './optimizer.js';
import type { ProgramContext } from './program.js';
import type { Example, Task, TaskKind, WindowOptions } from './task.js';
import type { Batch } from './batch.js';
import type { TokenizerModel } from './tokenizer.js';
import type { HostTensors, Tensors, Weights } from './tensors.js';
import type { Rng } from '../rng.js';

/** One layer of what a teacher can show. */
export interface LayerSignal {
  readonly feature: LayerFeature;
  /** Counts as in ModelOutput. */
  readonly layer: number;
}

/** What a pipeline wants of the teacher: nothing more is computed, kept or cached. */
export interface SignalNeeds {
  readonly logits: boolean;
  readonly layers: readonly LayerSignal[];
}

/** What the signal of a layer is called: `hidden/3`. */
export function signalName({ feature, layer }: LayerSignal): string {
  return `${feature}/${layer}`;
}

/** Source of the signals that a student learns from. */
export interface Teacher {
  readonly description: ModelDescription;
  /** The model behind it, when it is at hand: students may copy layers and share the tokenizer. */
  readonly model?: TextModel;
  /** Every model whose answers it combines, when it says more than `model` alone would. */
  readonly members?: readonly TextModel[];
  /** What `encodings.teacher` are made with, when there is no `model`; without either, the student's own. */
  readonly tokenizer?: TokenizerModel;
  readonly fingerprint: string;
  /**
   * Signals for a batch whose `encodings.teacher` it reads, named `logits` and as `signalName` says, with the shapes
   * of ModelOutput.
   */
  signals(batch: Batch, needs: SignalNeeds): Promise<HostTensors>;
  /** For a teacher that can't answer every text: @throws DistillerError `input` naming one of these that it can't. */
  assertKnows?(examples: readonly Example[]): void;
  /** True when answers outlive the run, so that asking for them ahead of it pays. */
  readonly keepsSignals?: boolean;
  /** True when a batch with `mixup` is answered for its 2B rows. */
  readonly mixes?: boolean;
  /** How many texts were answered by the model and how many from a cache. */
  statistics(): { readonly computed: number; readonly cached: number };
  dispose(): Promise<void>;
}

/** What a student is built for. */
export interface StudentRequest {
  readonly task: Task;
  /** Absent when the student is trained without a teacher. */
  readonly teacher?: TextModel;
  /** The teacher's, also when it has no `model`. */
  readonly tokenizer?: TokenizerModel;
  /** Decides the initial weights. */
  readonly rng: Rng;
}

/** Recipe for a student network. */
export interface Student {
  build(request: StudentRequest): Promise<TextModel>;
}

/** One student layer that learns from one teacher layer. */
export interface LayerPair {
  readonly student: number;
  readonly teacher: number;
  /** Factor on this pair's loss. */
  readonly weight: number;
}

/** Chooses which layers are matched. */
export interface Matching {
  /**
   * @param feature `hidden` counts from 0 (embeddings) to L; attention features count from 0 to L − 1.
   * @throws DistillerError `config` when the student is deeper than the teacher.
   */
  pairs(feature: LayerFeature, studentLayers: number, teacherLayers: number): readonly LayerPair[];
  /** For a matching that weighs its pairs anew at every step; without it the pairs' own weights stay. */
  weighting?(pairs: readonly LayerPair[], feature: LayerFeature): PairWeighting;
}

/** Weighs matched pairs by their losses, on the host, between steps. */
export interface PairWeighting {
  /**
   * Whose losses decide the weights of a step: those of the step's own batch, which costs another forward pass (without
   * dropout), or those of the step before, which are at hand.
   */
  readonly losses: 'own' | 'previous';
  /** Weightings of one group share their state: after each step all of them have the mean of their states. */
  readonly group?: string | undefined;
  /**
   * Factors on the pairs' losses, in the order of the pairs, for losses of this size; a function of these and of the
   * state. Before the first losses are known it is given zeros.
   */
  weigh(losses: Float32Array): Float32Array;
  /** Learns from the losses of a step that is done (of its last micro-batch). */
  update(losses: Float32Array): void;
  /** A copy of the state, bit for bit. */
  snapshot(): HostTensors;
  restore(state: HostTensors): void;
}

/** Rewrites texts so that they keep their meaning, more or less. */
export interface Augmenter {
  /**
   * @param rngs a stream for each text; what becomes of a text depends on it and its stream alone, never on its neighbours.
   * @returns a text for each, the same where nothing could be changed.
   */
  augment(
    texts: readonly string[],
    rngs: readonly Rng[],
    signal?: AbortSignal,
  ): Promise<readonly string[]>;
  dispose?(): Promise<void>;
}

/** Translates texts from one language to another. */
export interface Translator {
  /**
   * @param from, to languages as the translator calls them, e.g. `eng`.
   * @returns a text for each, which depends on it alone: the same text has the same translation.
   * @throws DistillerError for a pair of languages that it does not know: `config`, or `missing-package` where it could
   *   be installed; `cancelled`.
   */
  translate(
    texts: readonly string[],
    from: string,
    to: string,
    signal?: AbortSignal,
  ): Promise<readonly string[]>;
  dispose?(): Promise<void>;
}

/** What a saved model should answer when its folder does not say so. */
export interface HeadRequest {
  /** Class names in the order of the logits; empty for regression and spans. */
  readonly labels: readonly string[];
  readonly kind: TaskKind;
  /** For spans: how contexts will be cut, to be saved with the model. */
  readonly windows?: WindowOptions;
  /** Decides the weights that the folder does not have. */
  readonly rng: Rng;
}

export interface OpenModelOptions {
  /** Without it the folder must hold a complete model, which is taken as it is. */
  readonly head?: HeadRequest;
  /** Hears of weights that were ignored or newly drawn. */
  readonly onNotice?: (message: string) => void;
}

/** Opens the model of a Hugging Face folder, whatever its architecture. */
export type OpenModel = (folder: string, options?: OpenModelOptions) => Promise<TextModel>;

/** A kind of network; its component has the name that `model_type` in a `config.json` has. */
export interface Architecture {
  /** Opens what `TextModel.save` wrote. @throws DistillerError `input` or `io` naming the file and what is wrong with it. */
  open(folder: string, options?: OpenModelOptions): Promise<TextModel>;
}

/**
 * Predictions as rows of logits, whatever the task: a row is a text, a token of a token classification, or one end
 * of a span, whose C classes are then the T positions (padding has logits of −10⁴ on both sides).
 */
export interface PredictionLossInput {
  /** [N, C] */
  readonly student: tf.Tensor2D;
  /** [N, C], constant; present when `reads` has `teacher`. */
  readonly teacher?: tf.Tensor2D;
  /**
   * Present when `reads` has `labels`: int32 class ids [N], float32 values [N] for regression, float32 [N, C] of 0
   * and 1 for multi-label tasks.
   */
  readonly labels?: tf.Tensor1D | tf.Tensor2D;
  /** float32 [N], ≥ 0 and not all 0: the weight of a row in the mean. All rows count alike when it is absent. */
  readonly weights?: tf.Tensor1D;
  /** Share of the training that is done, in [0, 1); present when `reads` has `progress`. */
  readonly progress?: tf.Scalar;
}

/** A loss on the predictions of a batch: soft (teacher), hard (labels) or both. */
export interface Objective {
  readonly reads: readonly ('teacher' | 'labels' | 'progress')[];
  /** Why this objective makes no sense for the task, or undefined when it does. */
  refuses(task: Task): string | undefined;
  /** Weighted mean over the rows; a scalar that the caller owns. */
  loss(input: PredictionLossInput): tf.Scalar;
}

/** The two sides of a matched pair. */
export interface Representations {
  /** [B, T, D] for `hidden`, `queries`, `keys` and `values`, [B, H, T, T] for attention maps and scores. */
  readonly student: tf.Tensor;
  /** Same rank; constant. */
  readonly teacher: tf.Tensor;
}

export interface RepresentationLossInput extends Representations {
  /** float32 [B, T], 1 for a token, 0 for padding. Padding must not change the loss. */
  readonly mask: tf.Tensor2D;
  /** The objective's own parameters for this pair. */
  readonly params: Tensors;
  /** The pair matched before this one; present when the objective compares `steps`. */
  readonly previous?: Representations;
  /** For random numbers (dropout of a critic); sites are told apart by pair already. */
  readonly context: ProgramContext;
}

/** Shapes of one matched pair, for objectives that carry parameters. */
export interface PairShape {
  /** D, or H for attention features. The teacher's width where a projection is put before the objective. */
  readonly studentSize: number;
  readonly teacherSize: number;
}

/** A loss on one matched pair of intermediate representations. */
export interface IntermediateObjective {
  readonly feature: LayerFeature;
  /** True when both sides must have one width: a learned projection is put before it where they differ. */
  readonly needsEqualWidth: boolean;
  /** True for an objective on the step from one matched pair to the next: it runs once less than there are pairs. */
  readonly comparesSteps?: boolean;
  /** Trained parameters of its own (critics …); not exported with the student. */
  parameters?(shape: PairShape, rng: Rng): Weights;
  /** True when all pairs share one set of `parameters`; by default each has its own. */
  readonly sharesParameters?: boolean;
  loss(input: RepresentationLossInput): tf.Scalar;
}

/**
 * Kinds of component by name. Third parties may add kinds by declaration merging.
 * `create` of a definition returns the value type, or a promise of it.
 */
export interface ComponentKinds {
  engine: Engine;
  task: Task;
  teacher: Teacher;
  student: Student;
  architecture: Architecture;
  augmenter: Augmenter;
  translator: Translator;
  matching: Matching;
  objective: Objective;
  intermediate: IntermediateObjective;
  optimizer: Optimizer;
  schedule: Schedule;
}
