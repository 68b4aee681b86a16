import { createRng, DistillerError, type TextModel } from '@distiller/core';
import type { EncodedExamples } from '@distiller/data';
import type { Distillation } from './distillation.js';
import { EncodedSplits } from './encoded-splits.js';
import type { RunContext } from './run-options.js';
import { isNeeded } from './step-inputs.js';
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
  const model = await student.build({
    task,
    rng: rng.derive('student'),
    ...(teacher.model ? { teacher: teacher.model } : {}),
  });
  if (intermediate.length > 0) assertSameTokens(model, teacher.model, 'intermediate');
  const isOfTokens = task.kind === 'token-classification' || task.kind === 'span';
  if (isOfTokens && teacher.model) assertSameTokens(model, teacher.model, task.name);
  const program = studentProgram({
    model,
    kind: task.kind,
    teacher: teacher.description,
    objectives,
    intermediate,
    rng: rng.derive('student-program'),
  });
  const readers = { student: model, teacher: teacher.model ?? model };
  const splits = new EncodedSplits(task, readers, training.maxLength, context);
  context.reporter.info(`${task.name}: reading and encoding texts.`);
  const labelled = await splits.get('train');
  const isTransferred = isNeeded(program.needs) && splits.has('transfer');
  const transfer = isTransferred ? [await splits.get('transfer')] : [];
  return { model, program, splits, labelled, transfer };
}

/**
 * @param where begins the message.
 * @throws DistillerError `config` when the two are compared token by token but the tokens differ.
 */
function assertSameTokens(student: TextModel, teacher: TextModel | undefined, where: string): void {
  if (teacher?.tokenizer.fingerprint === student.tokenizer.fingerprint) return;
  throw new DistillerError(
    'config',
    where === 'intermediate'
      ? 'intermediate: hidden states are matched token by token, but teacher and student have different tokenizers. Give the student `tokenizer: teacher`, or match logits only.'
      : `${where}: predictions are compared token by token, but teacher and student have different tokenizers. Give the student \`tokenizer: teacher\`.`,
  );
}
