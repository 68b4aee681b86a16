import * as tf from '@tensorflow/tfjs';
import {
  DistillerError,
  type EncodedInputs,
  type ModelDescription,
  type ModelOutput,
  type Program,
  type ProgramContext,
  type Rng,
  type SignalNeeds,
  type TaskKind,
  type Tensors,
  type TextModel,
  type Weights,
} from '@distiller/core';
import type { WeightedIntermediate, WeightedObjective } from './distillation.js';
import {
  layerSignals,
  matchPairs,
  pairLosses,
  pairWeights,
  type MatchedPairs,
} from './matched-pairs.js';
import { mixedLoss, type MixedLabels } from './mixup/mixed-loss.js';
import { addScope, selectScope } from './parameter-scope.js';
import { predictionRows } from './prediction-rows.js';
import type { HostInputs } from './step-inputs.js';

/** What a student learns from. `teacher` is absent when it learns from labels alone. */
export interface StudentProgramOptions {
  readonly model: TextModel;
  /** Of the task: what a row of logits is. */
  readonly kind: TaskKind;
  readonly teacher?: ModelDescription;
  readonly objectives: readonly WeightedObjective[];
  readonly intermediate: readonly WeightedIntermediate[];
  /** Decides the initial weights of projections and critics. */
  readonly rng: Rng;
}

/** A training program with everything it must be fed. */
export interface StudentProgram extends HostInputs {
  readonly program: Program;
  /** The forward pass of the losses that decide pairs' weights: outputs `pairs/<name>`, [P]. */
  readonly pairProgram?: Program;
  /** Student weights below `student/`, projections and critics below `intermediate/`. */
  readonly weights: Weights;
  /** Teacher signals that the program reads as inputs `teacher/…`. */
  readonly needs: SignalNeeds;
  readonly readsLabels: boolean;
  /** Intermediate terms in the order of the recipe. Those with a `weighting` read `weights/<name>` and output `pairs/<name>`, [P]. */
  readonly matched: readonly MatchedPairs[];
}

/**
 * Builds the program of one training step: the student's forward pass, every objective, and their weighted sum
 *
 *     Σ_o w_o · f_o(p) · l_o(z_S, z_T, y)  +  Σ_m w_m · f_m(p) · Σ_pairs m_ij · l_m(P_j H_j^S, H_i^T)
 *
 * where P_j is a learned projection that exists only when the widths differ and the objective needs them equal, and
 * f is the term's schedule (1 without one) at the share p of the training that is done, an input `factor/<name>`.
 * Objectives that read labels are left out for a batch without labels. A batch with mixup has 2B rows, see `mixedLoss`.
 *
 * @throws DistillerError `config` when the teacher can't supply what an objective needs.
 */
export function studentProgram(options: StudentProgramOptions): StudentProgram {
  const { model, teacher, kind, objectives, rng } = options;
  const matched = options.intermediate.map((term, index) =>
    matchPairs(term, index, model.description, teacher),
  );
  const weights = {
    ...addScope('student', model.weights),
    ...Object.assign(
      {},
      ...matched.map((entry) =>
        pairWeights(entry, model.description, teacher as ModelDescription, rng),
      ),
    ),
  } as Weights;

  const program: Program = (params, inputs, context) => {
    const student = model.forward(selectScope('student', params), inputs as EncodedInputs, context);
    assertMixed(student, inputs);
    const terms = [
      ...predictionTerms(kind, objectives, student, inputs, context),
      ...matched.map((entry) => intermediateTerm(entry, student, params, inputs, context)),
    ];
    if (terms.length === 0) {
      throw new DistillerError(
        'config',
        'A batch without labels came, but every objective reads labels. Add an objective that reads the teacher, or leave the transfer texts out.',
      );
    }
    return {
      loss: tf.addN(terms.map(({ weighted }) => weighted)) as tf.Scalar,
      outputs: Object.assign(
        {},
        ...terms.map(({ name, value, pairs }) => ({
          [`loss/${name}`]: value,
          ...(pairs ? { [`pairs/${name}`]: pairs } : {}),
        })),
      ),
    };
  };
  const pairProgram: Program = (params, inputs, context) => {
    const student = model.forward(selectScope('student', params), inputs as EncodedInputs, context);
    const weighed = matched.filter(({ weighting }) => weighting);
    return {
      outputs: Object.fromEntries(
        weighed.map((entry) => [
          `pairs/${entry.term.name}`,
          context.within(`intermediate ${entry.term.name}`, () =>
            tf.stack(pairLosses(entry, student, params, inputs, context)),
          ),
        ]),
      ),
    };
  };
  const terms = [...objectives, ...options.intermediate];
  return {
    program,
    ...(matched.some(({ weighting }) => weighting) ? { pairProgram } : {}),
    weights,
    needs: {
      logits: objectives.some(({ objective }) => objective.reads.includes('teacher')),
      layers: layerSignals(matched),
    },
    readsLabels: objectives.some(({ objective }) => objective.reads.includes('labels')),
    readsProgress: objectives.some(({ objective }) => objective.reads.includes('progress')),
    schedules: Object.fromEntries(
      terms.flatMap(({ name, schedule }) => (schedule ? [[name, schedule]] : [])),
    ),
    matched,
  };
}

interface LossTerm {
  readonly name: string;
  /** Before weight and schedule. */
  readonly value: tf.Scalar;
  readonly weighted: tf.Scalar;
  /** Loss of each pair, [P], where these decide the pairs' weights. */
  readonly pairs?: tf.Tensor1D;
}

function predictionTerms(
  kind: TaskKind,
  objectives: readonly WeightedObjective[],
  student: ModelOutput,
  inputs: Tensors,
  context: ProgramContext,
): LossTerm[] {
  const read = objectives.filter(
    ({ objective }) => !objective.reads.includes('labels') || 'labels' in inputs,
  );
  if (read.length === 0) return [];
  const rows = predictionRows(kind, {
    student: student.logits,
    teacher: 'teacher/logits' in inputs ? inputs['teacher/logits'] : undefined,
    labels: 'labels' in inputs ? inputs['labels'] : undefined,
    firsts: 'firsts' in inputs ? inputs['firsts'] : undefined,
    mask: student.mask,
  });
  return read.map((term) =>
    context.within(`objective ${term.name}`, () => {
      const { reads } = term.objective;
      const { teacher, labels, ...always } = rows;
      const input = {
        ...always,
        ...(reads.includes('teacher') && teacher ? { teacher } : {}),
        ...(reads.includes('labels') && labels ? { labels } : {}),
        ...(reads.includes('progress') ? { progress: inputs['progress'] as tf.Scalar } : {}),
      };
      const mixed = reads.includes('labels') ? mixedLabels(inputs) : undefined;
      const value = mixed
        ? mixedLoss((rows) => term.objective.loss(rows), input, mixed)
        : term.objective.loss(input);
      return { name: term.name, value, weighted: weigh(value, term, inputs) };
    }),
  );
}

function intermediateTerm(
  matched: MatchedPairs,
  student: ModelOutput,
  params: Tensors,
  inputs: Tensors,
  context: ProgramContext,
): LossTerm {
  const { term, pairs, weighting } = matched;
  return context.within(`intermediate ${term.name}`, () => {
    const losses = pairLosses(matched, student, params, inputs, context);
    const sum = weighting
      ? tf.sum(tf.mul(tf.stack(losses), inputs[`weights/${term.name}`] as tf.Tensor1D))
      : tf.addN(
          losses.map((loss, index) => {
            const weight = pairs[pairs.length - losses.length + index]?.weight ?? 1;
            return weight === 1 ? loss : (tf.mul(loss, weight) as tf.Scalar);
          }),
        );
    const value = (term.reduce === 'mean' ? tf.div(sum, losses.length) : sum) as tf.Scalar;
    return {
      name: term.name,
      value,
      weighted: weigh(value, term, inputs),
      ...(weighting ? { pairs: tf.stack(losses) as tf.Tensor1D } : {}),
    };
  });
}

/** Undefined for a batch without mixup. */
function mixedLabels(inputs: Tensors): MixedLabels | undefined {
  const lambda = 'mixup/lambda' in inputs ? inputs['mixup/lambda'] : undefined;
  return lambda && 'mixup/labels' in inputs
    ? {
        own: inputs['labels'] as tf.Tensor,
        other: inputs['mixup/labels'] as tf.Tensor,
        lambda: lambda as tf.Scalar,
      }
    : undefined;
}

/** @throws DistillerError `config` when the model knows nothing of mixup. */
function assertMixed({ logits }: ModelOutput, inputs: Tensors): void {
  const rows = inputs['ids']?.shape[0] ?? 0;
  if (!('mixup/lambda' in inputs) || logits.shape[0] === 2 * rows) return;
  throw new DistillerError(
    'config',
    `mixup: the student gave ${logits.shape[0]} rows for ${rows} texts; a model that mixes gives ${2 * rows}. Let it begin with \`readWords\` of @distiller/engine, which mixes word vectors, or leave the mixup block out.`,
  );
}

/** A term's share in the total loss. */
function weigh(
  value: tf.Scalar,
  { name, weight, schedule }: WeightedObjective | WeightedIntermediate,
  inputs: Tensors,
): tf.Scalar {
  const scheduled = schedule ? tf.mul(value, inputs[`factor/${name}`] as tf.Scalar) : value;
  return tf.mul(scheduled, weight) as tf.Scalar;
}
