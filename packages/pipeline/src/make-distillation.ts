import type { Binding, ComponentChoice, Engine, Registry, Task } from '@distiller/core';
import { assertObjectivesSuit, assertTeacherSuits } from './assert-suits.js';
import { assertAugmentationSuits } from './augmentation/complete-augmentation.js';
import { makeAugmentation } from './augmentation/make-augmentation.js';
import type {
  Distillation,
  TrainingPlan,
  WeightedIntermediate,
  WeightedObjective,
} from './distillation.js';
import { limitedTask } from './limited-task.js';
import { assertMixupSuits } from './mixup/assert-mixup-suits.js';
import type { DistillRecipe } from './recipe.js';
import { serviceBindings, type RunOptions } from './run-options.js';
import type { TrainingSettings } from './training-settings.js';

/** What trains a model that has no teacher. */
export const LABEL_OBJECTIVE: ComponentChoice = { use: 'hard-label' };

/** Makes the components that a checked recipe names. The caller disposes of the engine and the teacher. */
export async function makeDistillation(
  recipe: DistillRecipe,
  options: RunOptions,
): Promise<Distillation> {
  const engine = await makeEngine(recipe, options);
  try {
    return await makeParts(recipe, options, engine);
  } catch (error) {
    await engine.dispose();
    throw error;
  }
}

export async function makeEngine(
  { engine, seed }: Pick<DistillRecipe, 'engine' | 'seed'>,
  options: RunOptions,
): Promise<Engine> {
  return options.registry.create('engine', engine, serviceBindings(options, seed)('engine'));
}

/** Makes everything but the engine. The caller disposes of the teacher and the augmenters; of what failed nothing is left. */
export async function makeParts(
  recipe: DistillRecipe,
  options: RunOptions,
  engine: Engine,
): Promise<Distillation> {
  const { registry } = options;
  const services = serviceBindings(options, recipe.seed, engine);
  const task = await makeTask(recipe, registry, services('task'));
  const objectives = await makeObjectives(recipe.objectives, registry);
  const intermediate = await makeIntermediate(recipe.intermediate, registry);
  assertObjectivesSuit(objectives, intermediate, task);
  const training = await makeTrainingPlan(recipe.training, registry);
  if (recipe.augmentation) assertAugmentationSuits(recipe.augmentation, training, task);
  const student = await registry.create('student', recipe.student, services('student'));
  const teacher = await registry.create('teacher', recipe.teacher, services('teacher'));
  try {
    assertTeacherSuits(teacher, task);
    if (recipe.mixup) assertMixupSuits(task, teacher);
    const augmentation =
      recipe.augmentation &&
      (await makeAugmentation(recipe.augmentation, recipe.seed, options, engine));
    const baseline = recipe.baseline
      ? await registry.create('objective', LABEL_OBJECTIVE)
      : undefined;
    return {
      ...recipe,
      engine,
      task,
      teacher,
      student,
      objectives,
      intermediate,
      training,
      augmentation,
      baseline,
    };
  } catch (error) {
    await teacher.dispose();
    throw error;
  }
}

/** The task, with as many training examples as the recipe wants. */
export async function makeTask(
  { task, training }: Pick<DistillRecipe, 'task' | 'training'>,
  registry: Registry,
  services: readonly Binding[],
): Promise<Task> {
  return limitedTask(await registry.create('task', task, services), training);
}

export async function makeTrainingPlan(
  settings: TrainingSettings,
  registry: Registry,
): Promise<TrainingPlan> {
  return {
    ...settings,
    optimizer: await registry.create('optimizer', settings.optimizer),
    schedule: await registry.create('schedule', settings.schedule),
  };
}

export async function makeObjectives(
  choices: DistillRecipe['objectives'],
  registry: Registry,
): Promise<WeightedObjective[]> {
  return Promise.all(
    choices.map(async ({ weight, schedule, ...choice }, index) => ({
      name: uniqueName(choices, index),
      weight,
      schedule: schedule && (await registry.create('schedule', schedule)),
      objective: await registry.create('objective', choice as ComponentChoice),
    })),
  );
}

export async function makeIntermediate(
  choices: DistillRecipe['intermediate'],
  registry: Registry,
): Promise<WeightedIntermediate[]> {
  return Promise.all(
    choices.map(async ({ weight, schedule, matching, reduce, ...choice }, index) => ({
      name: uniqueName(choices, index),
      weight,
      schedule: schedule && (await registry.create('schedule', schedule)),
      reduce,
      matching: await registry.create('matching', matching),
      objective: await registry.create('intermediate', choice as ComponentChoice),
    })),
  );
}

/** The component's name, with its place added when it is used twice. */
function uniqueName(choices: readonly ComponentChoice[], index: number): string {
  const name = choices[index]?.use ?? '';
  return choices.filter(({ use }) => use === name).length > 1 ? `${name}-${index}` : name;
}
