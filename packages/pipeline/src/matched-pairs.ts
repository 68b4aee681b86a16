import * as tf from '@tensorflow/tfjs';
import {
  DistillerError,
  isTokenFeature,
  signalName,
  type LayerPair,
  type LayerSignal,
  type ModelDescription,
  type ModelOutput,
  type PairWeighting,
  type ProgramContext,
  type Representations,
  type Rng,
  type Tensors,
  type Weights,
} from '@distiller/core';
import { linear } from '@distiller/engine';
import type { WeightedIntermediate } from './distillation.js';
import { addScope, selectScope } from './parameter-scope.js';
import { projectionWeights } from './projection.js';

/** An intermediate objective with the layers that it compares. */
export interface MatchedPairs {
  readonly term: WeightedIntermediate;
  /** Prefix of its parameters: `intermediate/0`. */
  readonly scope: string;
  readonly pairs: readonly LayerPair[];
  /** Whether a learned projection brings the student to the teacher's width first. */
  readonly projects: boolean;
  /** Present when the pairs' weights are decided anew at every step. */
  readonly weighting?: PairWeighting;
}

/**
 * @param index the term's place in the recipe.
 * @throws DistillerError `config` when student or teacher can't show what the objective compares.
 */
export function matchPairs(
  term: WeightedIntermediate,
  index: number,
  student: ModelDescription,
  teacher: ModelDescription | undefined,
): MatchedPairs {
  const { feature, needsEqualWidth, comparesSteps } = term.objective;
  const where = `intermediate.${index} (${term.name})`;
  if (!teacher?.provides.includes(feature)) {
    throw new DistillerError(
      'config',
      `${where} needs the teacher's ${feature}, but the teacher gives only ${teacher?.provides.join(', ') ?? 'nothing'}. Use a teacher whose layers can be seen, or remove this objective.`,
    );
  }
  if (!student.provides.includes(feature)) {
    throw new DistillerError(
      'config',
      `${where} needs the student's ${feature}, but a ${student.architecture} gives only ${student.provides.join(', ')}. Use another student, or remove this objective.`,
    );
  }
  const projects =
    isTokenFeature(feature) && needsEqualWidth && student.hiddenSize !== teacher.hiddenSize;
  if (!isTokenFeature(feature) && needsEqualWidth && student.heads !== teacher.heads) {
    throw new DistillerError(
      'config',
      `${where} compares attention heads one by one, but the student has ${student.heads} and the teacher ${teacher.heads}. Give the student ${teacher.heads} heads, or choose an objective that averages them.`,
    );
  }
  const pairs = term.matching.pairs(feature, student.layers, teacher.layers);
  if (comparesSteps && pairs.length < 2) {
    throw new DistillerError(
      'config',
      `${where} compares the step from one matched pair to the next, but ${pairs.length} pair is matched. Choose a matching of two pairs or more.`,
    );
  }
  const weighting = term.matching.weighting?.(pairs, feature);
  const isChain = pairs.every(({ student: layer }, k) => layer > (pairs[k - 1]?.student ?? -1));
  if (comparesSteps && (weighting || !isChain)) {
    throw new DistillerError(
      'config',
      `${where} compares steps from pair to pair, so that every pair must have a deeper student layer than the one before, but this matching gives layers ${pairs.map(({ student: layer }) => layer).join(', ')}. Choose skip, last or explicit pairs in order.`,
    );
  }
  const scope = `intermediate/${index}`;
  return { term, scope, pairs, projects, ...(weighting ? { weighting } : {}) };
}

/** Initial weights of projections and critics, below the scope of the term. */
export function pairWeights(
  { term, scope, pairs, projects }: MatchedPairs,
  student: ModelDescription,
  teacher: ModelDescription,
  rng: Rng,
): Weights {
  const isToken = isTokenFeature(term.objective.feature);
  const studentSize = isToken ? student.hiddenSize : student.heads;
  const teacherSize = isToken ? teacher.hiddenSize : teacher.heads;
  const shape = { studentSize: projects ? teacherSize : studentSize, teacherSize };
  const draw = (stream: Rng) =>
    term.objective.parameters?.(shape, stream.derive('objective')) ?? {};
  const all: Record<string, Weights[string]> = {};
  if (term.objective.sharesParameters)
    Object.assign(all, addScope(`${scope}/shared`, draw(rng.derive(scope))));
  pairs.forEach((_, index) => {
    const stream = rng.derive(scope, index);
    if (projects) {
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
    if (!term.objective.sharesParameters)
      Object.assign(all, addScope(`${scope}/${index}`, draw(stream)));
  });
  return all;
}

/** The loss of each pair (of each step from pair to pair, where those are compared), before any weight. */
export function pairLosses(
  { term, scope, pairs, projects }: MatchedPairs,
  student: ModelOutput,
  params: Tensors,
  inputs: Tensors,
  context: ProgramContext,
): tf.Scalar[] {
  const { feature, comparesSteps, sharesParameters } = term.objective;
  const sides = pairs.map((pair, index): Representations => {
    const raw = student[feature]?.[pair.student];
    const target = inputs[`teacher/${signalName({ feature, layer: pair.teacher })}`];
    if (!raw || !target) {
      throw new DistillerError(
        'bug',
        `Pair ${pair.student}–${pair.teacher} of ${feature} has no tensors; this is a bug in the pipeline.`,
      );
    }
    const own = selectScope(`${scope}/${index}`, params);
    return { student: projects ? project(raw as tf.Tensor3D, own) : raw, teacher: target };
  });
  const shared = sharesParameters ? selectScope(`${scope}/shared`, params) : undefined;
  return sides.flatMap((side, index) => {
    const previous = sides[index - 1];
    if (comparesSteps && !previous) return [];
    const loss = term.objective.loss({
      ...side,
      mask: student.mask,
      params: shared ?? selectScope(`${scope}/${index}`, params),
      ...(comparesSteps && previous ? { previous } : {}),
      context: {
        ...context,
        uniform: (site, shape) => context.uniform(`${scope}/${index}/${site}`, shape),
      },
    });
    return [loss];
  });
}

function project(hidden: tf.Tensor3D, params: Tensors): tf.Tensor {
  return linear(
    hidden,
    params['projection.weight'] as tf.Tensor2D,
    params['projection.bias'] as tf.Tensor1D,
  );
}

/** The layers of the teacher that are compared. */
export function layerSignals(matched: readonly MatchedPairs[]): readonly LayerSignal[] {
  const all = matched.flatMap(({ term, pairs }) =>
    pairs.map(({ teacher }) => ({ feature: term.objective.feature, layer: teacher })),
  );
  const names = all.map(signalName);
  return all.filter((signal, index) => names.indexOf(signalName(signal)) === index);
}
