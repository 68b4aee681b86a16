import {
  DistillerError,
  type Engine,
  type Reporter,
  type Split,
  type Task,
  type TextModel,
} from '@distiller/core';
import { assertKind } from './assert-suits.js';
import { EncodedSplits } from './encoded-splits.js';
import { ModelEvaluation } from './model-evaluation.js';
import type { Scores } from './phase.js';
import { runContext } from './run-options.js';

export interface EvaluateOptions {
  readonly model: TextModel;
  readonly task: Task;
  readonly engine: Engine;
  /** By default `test` when it is labelled, else `validation`. */
  readonly split?: Split | undefined;
  /** Longest input in tokens; by default what the model reads. */
  readonly maxLength?: number | undefined;
  readonly reporter?: Reporter | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Evaluation {
  readonly split: Split;
  readonly examples: number;
  readonly scores: Scores;
  readonly latencyMs: number;
}

/** Scores a model on a labelled split of a task. */
export async function evaluate(options: EvaluateOptions): Promise<Evaluation> {
  const { model, task, engine } = options;
  assertKind('The model', model.description, task);
  // A masked language model's outputs are words, the task's what became of them.
  if (task.kind !== 'masked-lm' && model.description.outputs !== task.outputs) {
    throw new DistillerError(
      'config',
      `The model gives ${model.description.outputs} logits but the task ${task.name} has ${task.outputs} outputs. Evaluate it on the task that it was trained for.`,
    );
  }
  const context = runContext({ ...options, folder: '.' });
  const splits = new EncodedSplits(
    task,
    { student: model },
    options.maxLength ?? model.description.maxLength,
    context,
    'maximum length',
  );
  const split = options.split ?? (await splits.reported());
  const encoded = await splits.get(split);
  const evaluation = await ModelEvaluation.open(engine, model, task, 'student', context.signal);
  try {
    return {
      split,
      examples: new Set(encoded.examples).size,
      scores: await evaluation.score(encoded),
      latencyMs: await evaluation.latency(encoded),
    };
  } finally {
    await evaluation.dispose();
  }
}
