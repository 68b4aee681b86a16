import {
  createRng,
  fingerprint,
  validateRecipe,
  writeFileAtomically,
  type ComponentChoice,
  type Engine,
} from '@distiller/core';
import { stringify } from 'yaml';
import { EncodedSplits } from './encoded-splits.js';
import { LABEL_OBJECTIVE, makeTask, makeTrainingPlan } from './make-distillation.js';
import { maskTokensOf } from './masked-lm/mask-tokens-of.js';
import { maskedLmTraining } from './masked-lm/masked-lm-program.js';
import { ModelEvaluation } from './model-evaluation.js';
import type { Scores } from './phase.js';
import { finetuneRecipe, type FinetuneRecipe } from './recipe.js';
import { RunFolder } from './run-folder.js';
import { runContext, serviceBindings, type RunOptions } from './run-options.js';
import { studentProgram } from './student-program.js';
import { stepCounts, trainModel } from './train-model.js';
import { versions } from './versions.js';

/** `result.json` of a fine-tuning. */
export interface FinetuneResult {
  readonly name: string;
  readonly task: string;
  readonly metric: string;
  readonly scoredOn: 'test' | 'validation';
  readonly engine: string;
  readonly seed: number;
  /** Folder of the trained model. */
  readonly model: string;
  readonly parameters: number;
  readonly scores: Scores;
  readonly latencyMs: number;
  readonly trainSeconds: number;
  readonly steps: number;
  readonly recipeHash: string;
  readonly versions: Readonly<Record<string, string>>;
}

/**
 * Trains a model on the labels of a task: how teachers are made. Writes `model/` (Hugging Face layout),
 * `metrics.jsonl`, `result.json` and checkpoints into the folder.
 *
 * @throws DistillerError `config` listing every problem of the recipe; nothing has run then.
 */
export async function finetune(recipe: unknown, options: RunOptions): Promise<FinetuneResult> {
  const resolved = validateRecipe(finetuneRecipe(options.registry), recipe, 'The recipe');
  const context = runContext(options);
  const text = stringify(resolved);
  const folder = await RunFolder.open(context.folder, context.resume, text);
  try {
    const engine = await options.registry.create(
      'engine',
      resolved.engine,
      serviceBindings(options, resolved.seed)('engine'),
    );
    try {
      return await train(resolved, engine, folder, options, fingerprint(text));
    } finally {
      await engine.dispose();
    }
  } finally {
    await folder.close();
  }
}

async function train(
  recipe: FinetuneRecipe,
  engine: Engine,
  folder: RunFolder,
  options: RunOptions,
  recipeHash: string,
): Promise<FinetuneResult> {
  const { registry } = options;
  const { seed } = recipe;
  const context = runContext(options);
  const services = serviceBindings(options, seed, engine);
  const rng = createRng(seed);
  const task = await makeTask(recipe, registry, services('task'));
  const plan = await makeTrainingPlan(recipe.training, registry);
  const objective = await registry.create('objective', LABEL_OBJECTIVE as ComponentChoice);
  const builder = await registry.create('student', recipe.model, services('student'));
  const model = await builder.build({ task, rng: rng.derive('student') });
  const splits = new EncodedSplits(task, { student: model }, plan.maxLength, context);
  const train = await splits.get('train');
  const isMaskedLm = task.kind === 'masked-lm';
  const program = isMaskedLm
    ? maskedLmTraining(model)
    : studentProgram({
        model,
        kind: task.kind,
        objectives: [{ name: LABEL_OBJECTIVE.use, weight: 1, objective }],
        intermediate: [],
        rng: rng.derive('student-program'),
      });
  const mask = isMaskedLm ? maskTokensOf(model, 'student', rng.derive('mask')) : undefined;
  const trained = await trainModel(
    {
      role: 'model',
      engine,
      task,
      model,
      program,
      ...(mask && { prepare: mask }),
      plan,
      seed,
      sources: [train],
      validation: await splits.get('validation'),
      ...stepCounts(plan, task, { sources: [train] }),
    },
    folder,
    context,
  );
  await model.save(folder.join('model'), trained.weights);
  const scoredOn = await splits.reported();
  const encoded = await splits.get(scoredOn);
  const evaluation = await ModelEvaluation.open(engine, model, task, 'student', context.signal);
  try {
    const result: FinetuneResult = {
      name: recipe.name,
      task: task.name,
      metric: task.selects,
      scoredOn,
      engine: engine.name,
      seed,
      model: folder.join('model'),
      parameters: Object.values(model.weights).reduce((sum, { data }) => sum + data.length, 0),
      scores: await evaluation.score(encoded, trained.weights),
      latencyMs: await evaluation.latency(encoded),
      trainSeconds: trained.trainSeconds,
      steps: trained.steps,
      recipeHash,
      versions: versions(),
    };
    await writeFileAtomically(folder.result, `${JSON.stringify(result, null, 2)}\n`);
    return result;
  } finally {
    await evaluation.dispose();
  }
}
