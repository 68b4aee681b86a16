import { DistillerError, type ModelDescription, type Task, type Teacher } from '@distiller/core';
import type { WeightedIntermediate, WeightedObjective } from './distillation.js';

/** @throws DistillerError `config` when there is no objective, or naming every one that makes no sense for the task. */
export function assertObjectivesSuit(
  objectives: readonly WeightedObjective[],
  intermediate: readonly WeightedIntermediate[],
  task: Task,
): void {
  if (objectives.length + intermediate.length === 0) {
    throw new DistillerError(
      'config',
      'The pipeline has no objectives: list at least one, e.g. `objectives: [{ use: soft-cross-entropy }]`.',
    );
  }
  const refusals = objectives.flatMap(({ name, objective }, index) => {
    const reason = objective.refuses(task);
    return reason === undefined
      ? []
      : [`  objectives.${index}: ${name} does not suit ${task.name}: ${reason}`];
  });
  if (refusals.length > 0)
    throw new DistillerError('config', ['The pipeline has a problem:', ...refusals].join('\n'));
}

/**
 * @param who begins the message: `The teacher`.
 * @throws DistillerError `config` when a model's head reads other things than the task asks for: texts, words, spans or hidden words.
 */
export function assertKind(who: string, { kind }: ModelDescription, task: Task): void {
  const readsTokens = ['token-classification', 'span', 'masked-lm'];
  const reads = (given: Task['kind']) => (readsTokens.includes(given) ? given : 'texts');
  if (kind === undefined || reads(kind) === reads(task.kind)) return;
  throw new DistillerError(
    'config',
    `${who} was made for ${kind} but the task ${task.name} is ${task.kind}. Use a model that was fine-tuned on this task: \`distiller finetune\` makes one.`,
  );
}

/** @throws DistillerError `config` when the teacher was trained for other classes. */
export function assertTeacherSuits({ description }: Teacher, task: Task): void {
  assertKind('The teacher', description, task);
  if (description.outputs !== task.outputs) {
    throw new DistillerError(
      'config',
      `The teacher gives ${description.outputs} logits but the task ${task.name} has ${task.outputs} outputs. Use a teacher that was fine-tuned on this task: \`distiller finetune\` makes one.`,
    );
  }
  const labels = description.labels;
  const named = labels?.some((label) => !/^LABEL_\d+$/.test(label)) ?? false;
  if (
    labels &&
    named &&
    task.labels.length > 0 &&
    labels.some((label, id) => label !== task.labels[id])
  ) {
    throw new DistillerError(
      'config',
      `The teacher's classes are ${labels.join(', ')} but the task ${task.name} has ${task.labels.join(', ')}, in this order. Name the task's labels in the teacher's order.`,
    );
  }
}
