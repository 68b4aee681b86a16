import {
  DistillerError,
  type ComponentChoice,
  type Registry,
  type Task,
  type Teacher,
} from '@distiller/core';
import type {
  Distillation,
  TrainingPlan,
  WeightedIntermediate,
  WeightedObjective,
} from './distillation.js';
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
  const { registry } = options;
  const engine = await registry.create(
    'engine',
    recipe.engine,
    serviceBindings(options, recipe.seed)('engine'),
  );
  try {
    const services = serviceBindings(options, recipe.seed, engine);
    const task = await registry.create('task', recipe.task, services('task'));
    const objectives = await makeObjectives(recipe.objectives, registry, task);
    const intermediate = await makeIntermediate(recipe.intermediate, registry);
    if (objectives.length + intermediate.length === 0) {
      throw new DistillerError(
        'config',
        'The recipe has no objectives: list at least one, e.g. `objectives: [{ use: soft-cross-entropy }]`.',
      );
    }
    const training = await makeTrainingPlan(recipe.training, registry);
    const student = await registry.create('student', recipe.student, services('student'));
    const teacher = await registry.create('teacher', recipe.teacher, services('teacher'));
    try {
      assertFits(teacher, task);
    } catch (error) {
      await teacher.dispose();
      throw error;
    }
    const labelObjective = await registry.create('objective', LABEL_OBJECTIVE);
    return {
      ...recipe,
      engine,
      task,
      teacher,
      student,
      objectives,
      intermediate,
      training,
      labelObjective,
    };
  } catch (error) {
    await engine.dispose();
    throw error;
  }
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

async function makeObjectives(
  choices: DistillRecipe['objectives'],
  registry: Registry,
  task: Task,
): Promise<WeightedObjective[]> {
  const refusals: string[] = [];
  const made = await Promise.all(
    choices.map(async ({ weight, ...choice }, index) => {
      const objective = await registry.create('objective', choice as ComponentChoice);
      const reason = objective.refuses(task);
      if (reason !== undefined)
        refusals.push(`  objectives.${index}: ${choice.use} does not suit ${task.name}: ${reason}`);
      return { name: uniqueName(choices, index), weight, objective };
    }),
  );
  if (refusals.length > 0)
    throw new DistillerError('config', ['The recipe has a problem:', ...refusals].join('\n'));
  return made;
}

async function makeIntermediate(
  choices: DistillRecipe['intermediate'],
  registry: Registry,
): Promise<WeightedIntermediate[]> {
  return Promise.all(
    choices.map(async ({ weight, matching, reduce, ...choice }, index) => ({
      name: uniqueName(choices, index),
      weight,
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

/** @throws DistillerError `config` when the teacher was trained for other classes. */
export function assertFits({ description }: Teacher, task: Task): void {
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
