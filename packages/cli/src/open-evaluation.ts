import { resolve } from 'node:path';
import { z } from 'zod';
import {
  applyOverrides,
  bind,
  createRng,
  DistillerError,
  ENGINE,
  readRecipe,
  REPORTER,
  RESOLVE_PATH,
  RNG,
  SIGNAL,
  validateRecipe,
  type Engine,
  type Registry,
  type Reporter,
  type Task,
} from '@distiller/core';
import { pluginsOf } from './open-recipe.js';
import { openRegistry } from './open-registry.js';
import { kindOf } from './recipe-kind.js';

export interface EvaluationSource {
  /** Path of a recipe whose task and engine are taken. */
  readonly recipe?: string;
  /** Or the name of a task; with a recipe of several tasks, which of them. */
  readonly task?: string;
  readonly overrides: readonly string[];
  /** Relative paths count from here when there is no recipe. */
  readonly folder: string;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
}

export interface EvaluationPlan {
  /** With the recipe's plugins. */
  readonly registry: Registry;
  readonly task: Task;
  /** The caller disposes of it. */
  readonly engine: Engine;
  /** Of the recipe's training, when it says so. */
  readonly maxLength: number | undefined;
}

/** Makes the task and the engine of an evaluation. @throws DistillerError `config`, with the tasks to choose from when a recipe has several. */
export async function openEvaluation(source: EvaluationSource): Promise<EvaluationPlan> {
  const { recipe: written, folder, where } = await readSource(source);
  const whole = applyOverrides(written, [...source.overrides]);
  const raw = source.recipe === undefined ? whole : ofOneTask(whole, source.task, where);
  const registry = await openRegistry(pluginsOf(raw), folder);
  const { seed, engine, task, training } = validateRecipe(
    evaluationRecipe(registry, source.recipe === undefined),
    raw,
    where,
  );
  const services = [
    bind(REPORTER, source.reporter),
    bind(SIGNAL, source.signal),
    bind(RESOLVE_PATH, (path: string) => resolve(folder, path)),
    bind(RNG, createRng(seed).derive('task')),
  ];
  const madeEngine = await registry.create('engine', engine, services);
  try {
    const madeTask = await registry.create('task', task, [...services, bind(ENGINE, madeEngine)]);
    return { registry, task: madeTask, engine: madeEngine, maxLength: training?.maxLength };
  } catch (error) {
    await madeEngine.dispose();
    throw error;
  }
}

async function readSource(
  source: EvaluationSource,
): Promise<{ recipe: unknown; folder: string; where: string }> {
  if (source.recipe !== undefined)
    return { ...(await readRecipe(source.recipe)), where: source.recipe };
  if (source.task !== undefined) {
    return { recipe: { task: { use: source.task } }, folder: source.folder, where: '--task' };
  }
  throw new DistillerError(
    'config',
    'evaluate needs data: name a task with --task, or a recipe with --recipe.',
  );
}

/** The recipe as if it had that task alone. What it says of its tasks is checked with the rest, once one is chosen. */
function ofOneTask(recipe: unknown, name: string | undefined, where: string): unknown {
  if (kindOf(recipe) !== 'multi-task') {
    if (name === undefined) return recipe;
    throw new DistillerError(
      'config',
      `${where} has one task, so --task ${name} can't choose one. Leave out --task, or --recipe.`,
    );
  }
  const { tasks, ...common } = recipe as { readonly tasks: unknown };
  const members = (Array.isArray(tasks) ? tasks : []).map(
    (member) => Object(member) as { readonly name?: unknown; readonly task?: unknown },
  );
  const chosen = members.find((member) => name !== undefined && member.name === name);
  if (chosen) return { ...common, task: chosen.task };
  const names = members.map((member) => String(member.name)).join(', ');
  throw new DistillerError(
    'config',
    `${where} has several tasks${name === undefined ? '' : `, but none is called "${name}"`}. Choose one by --task: ${names}.`,
  );
}

/** The parts of a recipe that an evaluation reads. Of a whole recipe it leaves the rest alone. */
function evaluationRecipe(registry: Registry, isStrict: boolean) {
  const shape = {
    plugins: z.array(z.string()).default([]),
    seed: z.int().min(0).max(0xffff_ffff).default(1),
    engine: registry.slot('engine').prefault({ use: 'onnx' }),
    task: registry.slot('task'),
    training: z.object({ maxLength: z.int().min(3).optional() }).optional(),
  };
  return isStrict ? z.strictObject(shape) : z.object(shape);
}
