import {
  DistillerError,
  type Batch,
  type HostTensor,
  type HostTensors,
  type Schedule,
  type SignalNeeds,
  type Teacher,
} from '@distiller/core';
import { permutedLabels } from './mixup/mixup-batches.js';
import type { StudentProgram } from './student-program.js';

/** Numbers that a program wants to be told anew at every step. */
export interface HostInputs {
  /** Whether it reads `progress`, the share of the training that is done. */
  readonly readsProgress: boolean;
  /** Factors on the weights of terms, by the term's name: read as `factor/<name>`. */
  readonly schedules: Readonly<Record<string, Schedule>>;
}

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
  const { labels, mixup } = batch;
  return {
    ...encodings,
    ...mixup,
    ...(readsLabels && labels ? { labels } : {}),
    ...(readsLabels && labels && mixup
      ? { 'mixup/labels': permutedLabels(labels, mixup['mixup/permutation'] as HostTensor) }
      : {}),
    ...Object.fromEntries(
      Object.entries(signals).map(([name, value]) => [`teacher/${name}`, value]),
    ),
  };
}

/** Inputs that depend on the step alone. */
export function hostInputs(
  { readsProgress, schedules }: HostInputs,
  step: number,
  totalSteps: number,
): HostTensors {
  return {
    ...(readsProgress ? { progress: scalar(step / totalSteps) } : {}),
    ...Object.fromEntries(
      Object.entries(schedules).map(([name, schedule]) => [
        `factor/${name}`,
        scalar(schedule.factor(step, totalSteps)),
      ]),
    ),
  };
}

function scalar(value: number): HostTensor {
  return { dtype: 'float32', shape: [], data: Float32Array.of(value) };
}

/** Whether anything is wanted of the teacher at all. */
export function isNeeded(needs: SignalNeeds): boolean {
  return needs.logits || needs.layers.length > 0;
}
