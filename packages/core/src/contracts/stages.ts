import type * as tf from '@tensorflow/tfjs';
import type { Engine } from './engine.js';
import type { LayerFeature, ModelDescription, TextModel } from './model.js';
import type { Optimizer, Schedule } from './optimizer.js';
import type { Task } from './task.js';
import type { Batch } from './batch.js';
import type { HostTensors, Tensors, Weights } from './tensors.js';
import type { Rng } from '../rng.js';

/** What a pipeline wants of the teacher: nothing more is computed, kept or cached. Layers count as in ModelOutput. */
export interface SignalNeeds {
  readonly logits: boolean;
  readonly hidden: readonly number[];
  readonly attentions: readonly number[];
  readonly attentionScores: readonly number[];
}

/** Source of the signals that a student learns from. */
export interface Teacher {
  readonly description: ModelDescription;
  /** The model behind it, when it is at hand: students may copy layers and share the tokenizer. */
  readonly model?: TextModel;
  readonly fingerprint: string;
  /**
   * Signals for a batch whose `encodings.teacher` it reads, named `logits`, `hidden/3`, `attentions/0`,
   * `attentionScores/0`, with the shapes of ModelOutput.
   */
  signals(batch: Batch, needs: SignalNeeds): Promise<HostTensors>;
  /** True when answers outlive the run, so that asking for them ahead of it pays. */
  readonly keepsSignals?: boolean;
  /** How many texts were answered by the model and how many from a cache. */
  statistics(): { readonly computed: number; readonly cached: number };
  dispose(): Promise<void>;
}

/** What a student is built for. */
export interface StudentRequest {
  readonly task: Task;
  /** Absent when the student is trained without a teacher. */
  readonly teacher?: TextModel;
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
}

export interface PredictionLossInput {
  /** [B, C] */
  readonly student: tf.Tensor2D;
  /** [B, C], constant; present when `reads` has `teacher`. */
  readonly teacher?: tf.Tensor2D;
  /** int32 class ids [B], or float32 values [B] for regression; present when `reads` has `labels`. */
  readonly labels?: tf.Tensor1D;
}

/** A loss on the predictions of a batch: soft (teacher), hard (labels) or both. */
export interface Objective {
  readonly reads: readonly ('teacher' | 'labels')[];
  /** Why this objective makes no sense for the task, or undefined when it does. */
  refuses(task: Task): string | undefined;
  /** Mean over the batch; a scalar that the caller owns. */
  loss(input: PredictionLossInput): tf.Scalar;
}

export interface RepresentationLossInput {
  /** [B, T, D] for `hidden`, [B, H, T, T] for attention features. Already projected to the teacher's width. */
  readonly student: tf.Tensor;
  /** Same rank; constant. */
  readonly teacher: tf.Tensor;
  /** float32 [B, T], 1 for a token. Padding must not change the loss. */
  readonly mask: tf.Tensor2D;
  /** The objective's own parameters for this pair. */
  readonly params: Tensors;
}

/** Shapes of one matched pair, for objectives that carry parameters. */
export interface PairShape {
  readonly studentSize: number;
  readonly teacherSize: number;
}

/** A loss on one matched pair of intermediate representations. */
export interface IntermediateObjective {
  readonly feature: LayerFeature;
  /** True when both sides must have one width: a learned projection is put before it where they differ. */
  readonly needsEqualWidth: boolean;
  /** Trained parameters of its own (critics …), one set per pair; not exported with the student. */
  parameters?(shape: PairShape, rng: Rng): Weights;
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
  matching: Matching;
  objective: Objective;
  intermediate: IntermediateObjective;
  optimizer: Optimizer;
  schedule: Schedule;
}
