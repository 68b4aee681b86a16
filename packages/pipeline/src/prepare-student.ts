import { createRng, type TextModel } from '@distiller/core';
import type { EncodedExamples } from '@distiller/data';
import { assertSameTokens } from './assert-same-tokens.js';
import type { Distillation } from './distillation.js';
import { EncodedSplits } from './encoded-splits.js';
import type { RunContext } from './run-options.js';
import { isNeeded } from './step-inputs.js';
import type { TrainingTexts } from './training-source.js';
import { studentProgram, type StudentProgram } from './student-program.js';

/** A student before its training, with the program that will train it and the texts that it will read. */
export interface PreparedStudent {
  readonly model: TextModel;
  readonly program: StudentProgram;
  readonly splits: EncodedSplits;
  readonly labelled: EncodedExamples;
  /** The texts without labels, when the task has some and the teacher speaks; at most one set. */
  readonly transfer: readonly EncodedExamples[];
}

/** Builds the student of a pipeline. A function of the pipeline alone, so that a resumed run gets the same one. */
export async function prepareStudent(
  { task, teacher, student, seed, objectives, intermediate, training }: Distillation,
  context: RunContext,
): Promise<PreparedStudent> {
  const rng = createRng(seed);
  context.reporter.info(`${task.name}: building the student.`);
  const teacherTokenizer = teacher.model?.tokenizer ?? teacher.tokenizer;
  const model = await student.build({
    task,
    rng: rng.derive('student'),
    ...(teacher.model ? { teacher: teacher.model } : {}),
    ...(teacherTokenizer ? { tokenizer: teacherTokenizer } : {}),
  });
  const program = studentProgram({
    model,
    kind: task.kind,
    teacher: teacher.description,
    objectives,
    intermediate,
    rng: rng.derive('student-program'),
  });
  const reader = teacherTokenizer && {
    tokenizer: teacherTokenizer,
    description: teacher.description,
  };
  const readers = { student: model, teacher: reader ?? model };
  const splits = new EncodedSplits(task, readers, training.maxLength, context);
  context.reporter.info(`${task.name}: reading and encoding texts.`);
  const labelled = await splits.get('train');
  const isTransferred = isNeeded(program.needs) && splits.has('transfer');
  const transfer = isTransferred ? [await splits.get('transfer')] : [];
  const texts = [labelled, ...transfer];
  if (intermediate.length > 0) assertSameTokens(model, teacher.model, texts);
  const isOfTokens = task.kind === 'token-classification' || task.kind === 'span';
  if (isOfTokens && teacher.model)
    assertSameTokens(model, teacher.model, texts, `${task.name}: predictions are compared`);
  if (isNeeded(program.needs)) teacher.assertKnows?.(labelled.examples);
  for (const { examples } of transfer) teacher.assertKnows?.(examples);
  teacher.assertKnows?.((await splits.get(await splits.reported())).examples);
  return { model, program, splits, labelled, transfer };
}

/** What a student with a teacher is trained on. */
export function studentTexts(
  { splits, labelled, transfer }: PreparedStudent,
  { augmentation, mixup }: Pick<Distillation, 'augmentation' | 'mixup'>,
): TrainingTexts {
  return {
    sources: [labelled, ...transfer],
    augmentation,
    encode: (examples) => splits.encodeTexts(examples),
    mixup,
  };
}
