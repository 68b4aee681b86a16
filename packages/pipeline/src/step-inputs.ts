import {
  DistillerError,
  type Batch,
  type HostTensors,
  type SignalNeeds,
  type Teacher,
} from '@distiller/core';
import type { StudentProgram } from './student-program.js';

/** Inputs of a training program for a batch: encodings, labels when they are read, and the teacher's signals. */
export async function stepInputs(
  batch: Batch,
  { needs, readsLabels }: StudentProgram,
  teacher: Teacher | undefined,
): Promise<HostTensors> {
  const encodings = batch.encodings['student'];
  if (!encodings)
    throw new DistillerError(
      'bug',
      'A batch has no encodings for the student; this is a bug in the pipeline.',
    );
  const signals = teacher && isNeeded(needs) ? await teacher.signals(batch, needs) : {};
  return {
    ...encodings,
    ...(readsLabels && batch.labels ? { labels: batch.labels } : {}),
    ...Object.fromEntries(
      Object.entries(signals).map(([name, value]) => [`teacher/${name}`, value]),
    ),
  };
}

/** Whether anything is wanted of the teacher at all. */
export function isNeeded(needs: SignalNeeds): boolean {
  return (
    needs.logits || needs.hidden.length + needs.attentions.length + needs.attentionScores.length > 0
  );
}
