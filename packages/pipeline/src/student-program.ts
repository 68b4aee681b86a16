import * as tf from '@tensorflow/tfjs';
import {
  DistillerError,
  type EncodedInputs,
  type LayerPair,
  type ModelDescription,
  type ModelOutput,
  type Program,
  type ProgramContext,
  type Rng,
  type SignalNeeds,
  type Tensors,
  type TextModel,
  type Weights,
} from '@distiller/core';
import { linear } from '@distiller/engine';
import type { WeightedIntermediate, WeightedObjective } from './distillation.js';
import { addScope, selectScope } from './parameter-scope.js';
import { projectionWeights } from './projection.js';

/** What a student learns from. `teacher` is absent when it learns from labels alone. */
export interface StudentProgramOptions {
  readonly model: TextModel;
  readonly teacher?: ModelDescription;
  readonly objectives: readonly WeightedObjective[];
  readonly intermediate: readonly WeightedIntermediate[];
  /** Decides the initial weights of projections and critics. */
  readonly rng: Rng;
}

/** A training program with everything it must be fed. */
export interface StudentProgram {
  readonly program: Program;
  /** Student weights below `student/`, projections and critics below `intermediate/`. */
  readonly weights: Weights;
  /** Teacher signals that the program reads as inputs `teacher/…`. */
  readonly needs: SignalNeeds;
  readonly readsLabels: boolean;
}

interface MatchedPairs {
  readonly term: WeightedIntermediate;
  readonly scope: string;
  readonly pairs: readonly (LayerPair & { readonly projects: boolean })[];
}

/**
 * Builds the program of one training step: the student's forward pass, every objective, and their weighted sum
 *
 *     Σ_o w_o · l_o(z_S, z_T, y)  +  Σ_m w_m · Σ_pairs m_ij · l_m(P_j H_j^S, H_i^T)
 *
 * where P_j is a learned projection that exists only when the widths differ and the objective needs them equal.
 * Objectives that read labels are left out for a batch without labels.
 *
 * @throws DistillerError `config` when the teacher can't supply what an objective needs.
 */
export function studentProgram(options: StudentProgramOptions): StudentProgram {
  const { model, teacher, objectives, rng } = options;
  const matched = options.intermediate.map((term, index) =>
    matchPairs(term, index, model.description, teacher),
  );
  const weights = {
    ...addScope('student', model.weights),
    ...Object.assign(
      {},
      ...matched.map((entry) => pairWeights(entry, model.description, teacher, rng)),
    ),
  } as Weights;

  const program: Program = (params, inputs, context) => {
    const student = model.forward(selectScope('student', params), inputs as EncodedInputs, context);
    const terms = [
      ...predictionLosses(objectives, student, inputs, context),
      ...matched.map((entry) => intermediateLoss(entry, student, params, inputs, context)),
    ];
    if (terms.length === 0) {
      throw new DistillerError(
        'config',
        'A batch without labels came, but every objective reads labels. Add an objective that reads the teacher, or leave the transfer texts out.',
      );
    }
    return {
      loss: tf.addN(terms.map(({ weighted }) => weighted)) as tf.Scalar,
      outputs: Object.fromEntries(terms.map(({ name, value }) => [`loss/${name}`, value])),
    };
  };
  return {
    program,
    weights,
    needs: signalNeeds(objectives, matched),
    readsLabels: objectives.some(({ objective }) => objective.reads.includes('labels')),
  };
}

interface LossTerm {
  readonly name: string;
  readonly value: tf.Scalar;
  readonly weighted: tf.Scalar;
}

function predictionLosses(
  objectives: readonly WeightedObjective[],
  student: ModelOutput,
  inputs: Tensors,
  context: ProgramContext,
): LossTerm[] {
  const labels = inputs['labels'] as tf.Tensor1D | undefined;
  const teacher = inputs['teacher/logits'] as tf.Tensor2D | undefined;
  return objectives
    .filter(({ objective }) => !objective.reads.includes('labels') || labels !== undefined)
    .map(({ name, weight, objective }) =>
      context.within(`objective ${name}`, () => {
        const value = objective.loss({
          student: student.logits,
          ...(objective.reads.includes('teacher') && teacher ? { teacher } : {}),
          ...(objective.reads.includes('labels') && labels ? { labels } : {}),
        });
        return { name, value, weighted: tf.mul(value, weight) as tf.Scalar };
      }),
    );
}

function intermediateLoss(
  { term, scope, pairs }: MatchedPairs,
  student: ModelOutput,
  params: Tensors,
  inputs: Tensors,
  context: ProgramContext,
): LossTerm {
  return context.within(`intermediate ${term.name}`, () => {
    const { feature } = term.objective;
    const losses = pairs.map((pair, index) => {
      const own = selectScope(`${scope}/${index}`, params);
      const raw = student[feature][pair.student];
      const target = inputs[`teacher/${feature}/${pair.teacher}`];
      if (!raw || !target) {
        throw new DistillerError(
          'bug',
          `Pair ${pair.student}–${pair.teacher} of ${feature} has no tensors; this is a bug in the pipeline.`,
        );
      }
      const projected = pair.projects ? project(raw as tf.Tensor3D, own) : raw;
      const loss = term.objective.loss({
        student: projected,
        teacher: target,
        mask: student.mask,
        params: own,
      });
      return pair.weight === 1 ? loss : (tf.mul(loss, pair.weight) as tf.Scalar);
    });
    const sum = tf.addN(losses) as tf.Scalar;
    const value = term.reduce === 'mean' ? (tf.div(sum, losses.length) as tf.Scalar) : sum;
    return { name: term.name, value, weighted: tf.mul(value, term.weight) as tf.Scalar };
  });
}

function project(hidden: tf.Tensor3D, params: Tensors): tf.Tensor {
  return linear(
    hidden,
    params['projection.weight'] as tf.Tensor2D,
    params['projection.bias'] as tf.Tensor1D,
  );
}

function matchPairs(
  term: WeightedIntermediate,
  index: number,
  student: ModelDescription,
  teacher: ModelDescription | undefined,
): MatchedPairs {
  const { feature, needsEqualWidth } = term.objective;
  if (!teacher?.provides.includes(feature)) {
    throw new DistillerError(
      'config',
      `intermediate.${index} (${term.name}) needs the teacher's ${feature}, but the teacher gives only ${teacher?.provides.join(', ') ?? 'nothing'}. Use a teacher whose layers can be seen, or remove this objective.`,
    );
  }
  const projects =
    feature === 'hidden' && needsEqualWidth && student.hiddenSize !== teacher.hiddenSize;
  if (feature !== 'hidden' && needsEqualWidth && student.heads !== teacher.heads) {
    throw new DistillerError(
      'config',
      `intermediate.${index} (${term.name}) compares attention heads one by one, but the student has ${student.heads} and the teacher ${teacher.heads}. Give the student ${teacher.heads} heads, or choose an objective that averages them.`,
    );
  }
  const pairs = term.matching.pairs(feature, student.layers, teacher.layers);
  return {
    term,
    scope: `intermediate/${index}`,
    pairs: pairs.map((pair) => ({ ...pair, projects })),
  };
}

function pairWeights(
  { term, scope, pairs }: MatchedPairs,
  student: ModelDescription,
  teacher: ModelDescription | undefined,
  rng: Rng,
): Weights {
  const studentSize = student.hiddenSize;
  const teacherSize = teacher?.hiddenSize ?? 0;
  const all: Record<string, Weights[string]> = {};
  pairs.forEach((pair, index) => {
    const stream = rng.derive(scope, index);
    if (pair.projects) {
      const { weight, bias } = projectionWeights(
        studentSize,
        teacherSize,
        stream.derive('projection'),
      ) as Required<Weights>;
      Object.assign(
        all,
        addScope(`${scope}/${index}`, { 'projection.weight': weight, 'projection.bias': bias }),
      );
    }
    const shape = { studentSize: pair.projects ? teacherSize : studentSize, teacherSize };
    const own = term.objective.parameters?.(shape, stream.derive('objective')) ?? {};
    Object.assign(all, addScope(`${scope}/${index}`, own));
  });
  return all;
}

function signalNeeds(
  objectives: readonly WeightedObjective[],
  matched: readonly MatchedPairs[],
): SignalNeeds {
  const layers = (feature: string) =>
    [
      ...new Set(
        matched
          .filter(({ term }) => term.objective.feature === feature)
          .flatMap(({ pairs }) => pairs.map(({ teacher }) => teacher)),
      ),
    ].sort((a, b) => a - b);
  return {
    logits: objectives.some(({ objective }) => objective.reads.includes('teacher')),
    hidden: layers('hidden'),
    attentions: layers('attentions'),
    attentionScores: layers('attentionScores'),
  };
}
