import type { HostTensors, TextModel, Weights } from '@distiller/core';
import type { Distillation } from './distillation.js';
import type { EncodedSplits } from './encoded-splits.js';
import { scoreSplit } from './evaluate-model.js';
import { ModelEvaluation } from './model-evaluation.js';
import type { Scores } from './phase.js';
import type { DistillResult, ResultRow, Role } from './result.js';

/** What is compared on which texts. */
export interface Compared {
  readonly parts: Pick<Distillation, 'engine' | 'task' | 'teacher' | 'training'>;
  readonly splits: EncodedSplits;
  readonly scoredOn: DistillResult['scoredOn'];
  readonly signal: AbortSignal;
}

/** A student after its training. */
export interface TrainedStudent {
  readonly weights: Weights;
  readonly trainSeconds: number;
}

/** Number of parameters. */
export function sizeOf({ weights }: Pick<TextModel, 'weights'>): number {
  return Object.values(weights).reduce((sum, { data }) => sum + data.length, 0);
}

export async function teacherRow(compared: Compared): Promise<ResultRow> {
  const { engine, teacher } = compared.parts;
  const { description, model, members } = teacher;
  if (model && !members) return modelRow(compared, 'teacher', model, 'teacher');
  const scores = await teacherScores(compared);
  const parameters = (members ?? []).reduce((sum, member) => sum + sizeOf(member), 0);
  return {
    role: 'teacher',
    model: `${description.architecture} on ${engine.name}`,
    parameters,
    bytes: parameters * Float32Array.BYTES_PER_ELEMENT,
    scores,
    latencyMs: 0,
    trainSeconds: 0,
  };
}

/** Asks the teacher as a training does: what it keeps is not computed again. */
export async function teacherScores({
  parts,
  splits,
  scoredOn,
  signal,
}: Compared): Promise<Scores> {
  const { teacher, task, training } = parts;
  return scoreSplit({
    task,
    encoded: await splits.get(scoredOn),
    leader: 'teacher',
    batchSize: training.batchSize,
    signal,
    logits: async (batch) =>
      (await teacher.signals(batch, { logits: true, layers: [] }))['logits'] as HostTensors[string],
  });
}

export async function studentRow(
  compared: Compared,
  role: Exclude<Role, 'teacher'>,
  model: TextModel,
  trained: TrainedStudent,
): Promise<ResultRow> {
  return modelRow(compared, role, model, 'student', trained);
}

async function modelRow(
  { parts: { engine, task }, splits, scoredOn, signal }: Compared,
  role: Role,
  model: TextModel,
  reads: 'teacher' | 'student',
  trained?: TrainedStudent,
): Promise<ResultRow> {
  const encoded = await splits.get(scoredOn);
  const evaluation = await ModelEvaluation.open(engine, model, task, reads, signal);
  try {
    const scores = await evaluation.score(encoded, trained?.weights);
    const parameters = sizeOf(model);
    const { architecture, layers, hiddenSize } = model.description;
    return {
      role,
      model: `${architecture} ${layers}×${hiddenSize}`,
      parameters,
      bytes: parameters * Float32Array.BYTES_PER_ELEMENT,
      scores,
      latencyMs: await evaluation.latency(encoded),
      trainSeconds: trained?.trainSeconds ?? 0,
    };
  } finally {
    await evaluation.dispose();
  }
}

/** How the students stand to the teacher and to one another. @param score of a role; undefined for one without a row. */
export function comparison(
  score: (role: Role) => number | undefined,
): Pick<DistillResult, 'retained' | 'gain'> {
  const [teacher, without, withTeacher = NaN] = [
    score('teacher'),
    score('student-no-kd'),
    score('student-kd'),
  ];
  return {
    retained: withTeacher / (teacher ?? NaN),
    ...(without === undefined ? {} : { gain: withTeacher - without }),
  };
}
