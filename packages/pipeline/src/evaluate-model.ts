import { DistillerError, type HostTensors, type Reporter, type Task } from '@distiller/core';
import { evaluationBatches, type EncodedExamples, type EvaluationBatch } from '@distiller/data';
import type { Scores } from './phase.js';

export interface ScoreOptions {
  readonly task: Task;
  readonly encoded: EncodedExamples;
  /** Whose encodings decide the batches' lengths. */
  readonly leader: string;
  readonly batchSize: number;
  /** Logits [B, C] of a batch. */
  logits(batch: EvaluationBatch): Promise<HostTensors[string]>;
  readonly reporter?: Reporter;
  readonly stage?: string;
  readonly signal?: AbortSignal;
}

/** Runs a model over a labelled split and scores it. */
export async function scoreSplit(options: ScoreOptions): Promise<Scores> {
  const { task, encoded, leader, batchSize, signal } = options;
  const { examples } = encoded;
  const all = new Float32Array(examples.length * task.outputs);
  const batches = evaluationBatches(encoded, { size: batchSize, leader, kind: task.kind });
  let done = 0;
  for (const batch of batches) {
    if (signal?.aborted) throw new DistillerError('cancelled', 'Stopped while evaluating.');
    const { data } = await options.logits(batch);
    assertFinite(data, task);
    batch.indices.forEach((index, row) => {
      all.set(data.subarray(row * task.outputs, (row + 1) * task.outputs), index * task.outputs);
    });
    done += batch.indices.length;
    if (options.stage)
      options.reporter?.progress({
        stage: options.stage,
        done,
        total: examples.length,
        unit: 'examples',
      });
  }
  const labels = Float32Array.from(examples, ({ id, label }) => {
    if (typeof label !== 'number')
      throw new DistillerError(
        'input',
        `Example ${id} of ${task.name} has no label, so nothing can be scored on its split.`,
      );
    return label;
  });
  return task.score(all, labels);
}

/** Scores of logits that are no numbers would look like ordinary bad ones. */
function assertFinite(data: HostTensors[string]['data'], task: Task): void {
  if (data.every(Number.isFinite)) return;
  throw new DistillerError(
    'numeric',
    `The model gives logits that are no finite numbers for texts of ${task.name}, so it can't be scored. Its training diverged; lower the learning rate.`,
  );
}
