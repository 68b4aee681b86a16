import { resolve } from 'node:path';
import {
  datasetFeatures,
  studyRows,
  trialFile,
  type ModelProfile,
  type StudyFacts,
  type TaskProfile,
} from '@distiller/advisor';
import {
  bind,
  createRng,
  DistillerError,
  ENGINE,
  openModel,
  REPORTER,
  RESOLVE_PATH,
  RNG,
  SIGNAL,
  validateRecipe,
  type Reporter,
} from '@distiller/core';
import { distillRecipe, evaluate, limitedTask, type DistillRecipe } from '@distiller/pipeline';
import { studyOf, trialRecipes, type StudyState, type TrialEntry } from '@distiller/search';
import { PRESETS } from '@distiller/students';
import { z } from 'zod';
import type { Io } from './io.js';
import { openStudyFolder, studyRegistry } from './open-study.js';

/** A file of trials, as `readTrials` of the advisor reads it. */
export type CollectedTrials = z.input<typeof trialFile>;

export interface CollectOptions {
  /** What the trials are, in words. */
  readonly source: string;
  readonly estimatePruned: boolean;
  readonly io: Pick<Io, 'folder' | 'signal'>;
  readonly reporter: Reporter;
}

/**
 * The trials of studies with what an advisor must know of their data and models. Data and teachers must be where the recipes of
 * the studies say: the data are looked at, and the teacher is scored.
 *
 * @param folders of studies. Those with the same name of recipe are of one task: its description comes from the first.
 * @throws DistillerError `config` where the size of a student can't be told, a teacher scores 0 or less, or there are no trials; as tasks, teachers and journals do.
 */
export async function collectTrials(
  folders: readonly string[],
  { source, estimatePruned, io, reporter }: CollectOptions,
): Promise<CollectedTrials> {
  const tasks: Record<string, TaskProfile> = {};
  const models: Record<string, ModelProfile> = {};
  const teachers: Record<string, ScoredTeacher> = {};
  const trials: CollectedTrials['trials'] = [];
  for (const path of folders) {
    const study = await openStudiedPipelines(await openStudyFolder(resolve(io.folder, path)));
    const { recipe, state } = study;
    const task = recipe.name;
    if (!Object.hasOwn(tasks, task)) {
      const looked = await lookAt(study, io, reporter);
      reporter.info(`${path}: the teacher of ${task} has ${looked.score.toFixed(4)}.`);
      tasks[task] = looked.profile;
      teachers[task] = { name: looked.name, score: looked.score };
      models[looked.name] ??= looked.teacher;
    }
    const { name: teacher, score: teacherScore } = teachers[task] as ScoredTeacher;
    const facts: StudyFacts = {
      task,
      teacher,
      teacherScore,
      estimatePruned,
      studentOf: ({ student = recipe.student.use, ...configuration }) => ({
        student: String(student),
        configuration,
      }),
    };
    for (const trial of state.trials) {
      const name = facts.studentOf(trial.configuration).student;
      if (!Object.hasOwn(models, name)) {
        const profile = studentProfile(
          study.recipeOf(trial),
          trial,
          models[teacher] as ModelProfile,
        );
        if (profile) models[name] = profile;
      }
    }
    const rows = studyRows(state.trials, facts);
    trials.push(...rows.filter(({ student }) => Object.hasOwn(models, student)));
  }
  if (trials.length === 0) {
    throw new DistillerError('config', 'The studies have no complete trial yet.');
  }
  return { kind: 'distiller-trials', version: 1, source, tasks, models, trials };
}

interface ScoredTeacher {
  /** Like a class of models: equal ones of several tasks are one. */
  readonly name: string;
  readonly score: number;
}

/** A study whose recipes can be asked for. */
interface StudiedPipelines {
  readonly state: StudyState;
  readonly registry: Awaited<ReturnType<typeof studyRegistry>>;
  readonly recipeFolder: string;
  /** Of the first trial. */
  readonly recipe: DistillRecipe;
  recipeOf(trial: TrialEntry): DistillRecipe;
}

async function openStudiedPipelines(state: StudyState): Promise<StudiedPipelines> {
  const study = studyOf(state);
  const { recipeFolder = '', threads = 1 } = state.study ?? {};
  const registry = await studyRegistry({ study, recipeFolder });
  const written = trialRecipes({ study, registry, threads });
  const schema = distillRecipe(registry);
  const recipeOf = ({ configuration }: TrialEntry) =>
    validateRecipe(schema, written(configuration), `The recipe of the study ${study.name}`);
  const [first] = state.trials;
  if (!first) throw new DistillerError('config', `The study ${study.name} has no trial yet.`);
  return { state, registry, recipeFolder, recipe: recipeOf(first), recipeOf };
}

/** Features of the data, size of the teacher and its score on the validation split. */
async function lookAt(
  { registry, recipe, recipeFolder }: StudiedPipelines,
  { signal }: Pick<Io, 'signal'>,
  reporter: Reporter,
) {
  const services = [
    bind(REPORTER, reporter),
    bind(SIGNAL, signal),
    bind(RESOLVE_PATH, (path: string) => resolve(recipeFolder, path)),
    bind(RNG, createRng(recipe.seed).derive('task')),
  ];
  const engine = await registry.create('engine', recipe.engine, services);
  try {
    const whole = await registry.create('task', recipe.task, [...services, bind(ENGINE, engine)]);
    const task = limitedTask(whole, recipe.training);
    const { examples, classes, arity, baseline } = await datasetFeatures(task);
    const model = await openModel(registry, teacherFolder(recipe, recipeFolder));
    const { architecture, layers, hiddenSize: width } = model.description;
    const { scores } = await evaluate({
      model,
      task,
      engine,
      split: 'validation',
      maxLength: recipe.training.maxLength,
      reporter,
      signal,
    });
    const score = scores[task.selects] as number;
    if (!(score > 0)) {
      throw new DistillerError(
        'config',
        `The teacher of ${recipe.name} has ${task.selects} ${score} on the validation split. Students are measured as shares of their teacher's score, which must be above 0: leave the study out, or train a teacher that has learnt the task.`,
      );
    }
    return {
      profile: { examples, classes, arity, baseline },
      name: `${architecture} ${layers}×${width}`,
      score,
      teacher: {
        layers,
        width,
        parameters: Object.values(model.weights).reduce((sum, { data }) => sum + data.length, 0),
      },
    };
  } finally {
    await engine.dispose();
  }
}

/** @throws DistillerError `config` for a teacher without a model folder. */
function teacherFolder({ teacher }: DistillRecipe, recipeFolder: string): string {
  const { use, model } = teacher as { use: string; model?: unknown };
  if (typeof model === 'string') return resolve(recipeFolder, model);
  throw new DistillerError(
    'config',
    `The teacher ${use} has no single model folder to score; trials are collected of studies with a teacher that has (\`teacher.model\`).`,
  );
}

/** Settings of a student that tell its size. */
const SIZED = z.looseObject({
  preset: z.string().optional(),
  layers: z.number().optional(),
  hiddenSize: z.number().optional(),
  initialise: z.unknown(),
});
const CUT = z.object({ teacherLayers: z.array(z.number()) });
const TRUNCATED = z.object({ truncate: CUT.extend({ hiddenSize: z.number() }) });

/** @returns undefined for a trial without a training, which tells nothing. */
function studentProfile(
  { student }: DistillRecipe,
  { outcome }: TrialEntry,
  teacher: ModelProfile,
): ModelProfile | undefined {
  const parameters = outcome && outcome.state !== 'failed' && outcome.runs[0]?.parameters;
  if (!parameters) return undefined;
  const { preset, initialise, ...own } = SIZED.parse(student);
  const published = Object.entries(PRESETS).find(([name]) => name === preset)?.[1];
  const truncated = TRUNCATED.safeParse(initialise).data?.truncate;
  const cut = truncated ?? CUT.safeParse(initialise).data;
  const layers = cut?.teacherLayers.length ?? own.layers ?? published?.layers;
  const width =
    truncated?.hiddenSize ?? (cut ? teacher.width : (own.hiddenSize ?? published?.hiddenSize));
  if (layers !== undefined && width !== undefined) return { layers, width, parameters };
  throw new DistillerError(
    'config',
    `The student ${student.use} does not say its size in layers and width (by preset, layers and hiddenSize, or initialise), which the advisor compares students by.`,
  );
}
