import { DistillerError, type Task, type Teacher } from '@distiller/core';

/** @throws DistillerError `config` when texts of the task can't be mixed or the teacher does not answer mixed ones. */
export function assertMixupSuits(task: Task, teacher: Teacher): void {
  const reason = refusal(task, teacher);
  if (reason !== undefined)
    throw new DistillerError('config', `mixup: ${reason} Leave the mixup block out.`);
}

function refusal({ name, kind }: Task, { keepsSignals, mixes }: Teacher): string | undefined {
  if (kind === 'token-classification')
    return `the words of two texts of ${name} stand at different tokens, so that a mixed token has no label.`;
  if (kind === 'span')
    return `an answer of ${name} is a place in one text, and a mixture of two texts has no such place.`;
  if (keepsSignals)
    return "the teacher's signals are cached by text, and a mixture of two texts comes only once. Give the teacher `signals: online` to mix.";
  if (!mixes)
    return 'this teacher answers texts, not mixtures of word vectors. Use one that runs on the engine, such as `bert` with `signals: online`.';
  return undefined;
}
