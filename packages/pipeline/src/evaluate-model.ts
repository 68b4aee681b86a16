import { DistillerError, type HostTensor, type Reporter, type Task } from '@distiller/core';
import { evaluationBatches, type EncodedExamples, type EvaluationBatch } from '@distiller/data';
import type { Scores } from './phase.js';

export interface ScoreOptions {
  readonly task: Task;
  readonly encoded: EncodedExamples;
  /** Whose encodings decide the batches' lengths. */
  readonly leader: string;
  readonly batchSize: number;
  /** Logits of a batch, as `TaskEvaluation.add` takes them. */
  logits(batch: EvaluationBatch): Promise<HostTensor>;
  readonly reporter?: Reporter;
  readonly stage?: string;
  readonly signal?: AbortSignal;
}

/** Runs a model over a labelled split and scores it. */
export async function scoreSplit(options: ScoreOptions): Promise<Scores> {
  const { task, encoded, leader, batchSize, signal } = options;
  const total = encoded.examples.length;
  const { kind, outputs } = task;
  const batches = evaluationBatches(encoded, { size: batchSize, leader, kind, outputs });
  const evaluation = task.evaluation();
  let done = 0;
  for (const batch of batches) {
    if (signal?.aborted) throw new DistillerError('cancelled', 'Stopped while evaluating.');
    const logits = await options.logits(batch);
    assertFinite(logits, task);
    evaluation.add(batch, logits);
    done += batch.examples.length;
    if (options.stage)
      options.reporter?.progress({ stage: options.stage, done, total, unit: 'examples' });
  }
  return evaluation.scores();
}

/** Scores of logits that are no numbers would look like ordinary bad ones. */
function assertFinite({ data }: HostTensor, task: Task): void {
  if (data.every(Number.isFinite)) return;
  throw new DistillerError(
    'numeric',
    `The model gives logits that are no finite numbers for texts of ${task.name}, so it can't be scored. Its training diverged; lower the learning rate.`,
  );
}
