import { join, resolve } from 'node:path';
import {
  advisedRecipe,
  availableSpace,
  datasetFeatures,
  encoderParameters,
  Predictor,
  recommend,
  type Advice,
  type DatasetFeatures,
  type NamedModel,
} from '@distiller/advisor';
import {
  bind,
  createRng,
  didYouMean,
  DistillerError,
  readModelConfig,
  readRecipe,
  REPORTER,
  RESOLVE_PATH,
  RNG,
  SIGNAL,
  writeFileAtomically,
  type Registry,
  type Reporter,
} from '@distiller/core';
import { distill } from '@distiller/pipeline';
import { PRESETS, type Architecture } from '@distiller/students';
import { stringify } from 'yaml';
import { advisedStudent } from './advised-student.js';
import type { RecommendOptions } from './commands/recommend.js';
import type { Io } from './io.js';
import { openRegistry } from './open-registry.js';
import { resolveRecipe } from './resolve-recipe.js';
import { table } from './table.js';

/** A pipeline with the recipe that runs it and, once run, what came out. */
export interface Recommended extends Advice {
  /** Path of the recipe. */
  readonly recipe?: string;
  /** The student's share of the teacher's score, measured. */
  readonly retained?: number;
  /** Why there is none, although it was run. */
  readonly failed?: string;
}

export interface Recommendation {
  readonly features: DatasetFeatures;
  /** What the predictor learned from. */
  readonly source: string;
  /** By what is expected; by what was measured where recipes were run, and then what failed. */
  readonly pipelines: readonly Recommended[];
}

/** Assumed of a teacher that is not named. */
const BERT_BASE: NamedModel = {
  name: 'BERT_BASE',
  layers: 12,
  width: 768,
  parameters: 109_500_000,
};

/**
 * Advice for a file of examples.
 *
 * @throws DistillerError `config` for an unknown student, or recipes without a teacher; as readers do.
 */
export async function recommendation(
  options: RecommendOptions,
  io: Io,
  reporter: Reporter,
): Promise<Recommendation> {
  const predictor = await openPredictor(options, io);
  const student = studentOf(options.student);
  if (options.run && options.out === undefined) {
    throw new DistillerError('config', '--run needs --out, the folder for recipes and runs.');
  }
  if (options.out !== undefined && options.teacher === undefined) {
    throw new DistillerError(
      'config',
      'Recipes need a teacher: give --teacher with the folder of a fine-tuned model. `distiller finetune` makes one.',
    );
  }
  const registry = await openRegistry([], io.folder);
  const choice = taskChoice(options, io);
  const task = await registry.create('task', choice, [
    bind(REPORTER, reporter),
    bind(SIGNAL, io.signal),
    bind(RESOLVE_PATH, (path: string) => resolve(io.folder, path)),
    bind(RNG, createRng(options.seed).derive('task')),
  ]);
  const features = await datasetFeatures(task, { seed: options.seed });
  const { examples, classes, arity, baseline } = features;
  const advice = recommend({
    predictor,
    space: availableSpace({
      isRegression: classes === 1,
      augmenters: ['random', ...(options.maskedModel === undefined ? [] : ['contextual'])],
      tried: predictor.data.choices,
    }),
    count: options.top,
    task: { examples, classes, arity, baseline },
    teacher: await teacherOf(options, io),
    student,
  });
  const written = await writeRecipes(advice, options, io, registry);
  const pipelines = options.run ? await runAll(written, options, io, registry, reporter) : written;
  return { features, source: predictor.data.source, pipelines };
}

async function openPredictor({ prior }: RecommendOptions, io: Io): Promise<Predictor> {
  return prior === undefined ? Predictor.prior() : Predictor.load(resolve(io.folder, prior));
}

/** @throws DistillerError `config` for an unknown one. */
function presetOf(preset: string): Architecture {
  const size = (PRESETS as Readonly<Record<string, (typeof PRESETS)[keyof typeof PRESETS]>>)[
    preset
  ];
  if (size === undefined) {
    throw new DistillerError(
      'config',
      `There is no student "${preset}". ${didYouMean(preset, Object.keys(PRESETS))}`,
    );
  }
  return size;
}

function studentOf(preset: string): NamedModel {
  const size = presetOf(preset);
  return {
    name: preset,
    layers: size.layers,
    width: size.hiddenSize,
    parameters: encoderParameters(size),
  };
}

async function teacherOf({ teacher }: RecommendOptions, io: Io): Promise<NamedModel> {
  if (teacher === undefined) return BERT_BASE;
  const config = await readModelConfig(resolve(io.folder, teacher));
  const number = (key: string) => (typeof config[key] === 'number' ? config[key] : undefined);
  const layers = number('num_hidden_layers');
  const width = number('hidden_size');
  if (layers === undefined || width === undefined) return { ...BERT_BASE, name: teacher };
  const intermediateSize = number('intermediate_size') ?? 4 * width;
  const parameters = encoderParameters({ layers, hiddenSize: width, intermediateSize });
  return { name: teacher, layers, width, parameters };
}

function taskChoice(options: RecommendOptions, io: Io) {
  return {
    use: 'file',
    train: resolve(io.folder, options.data),
    text: options.text,
    label: options.label,
    kind: options.kind,
    ...(options.pair !== undefined && { textPair: options.pair }),
  };
}

async function writeRecipes(
  advice: readonly Advice[],
  options: RecommendOptions,
  io: Io,
  registry: Registry,
): Promise<readonly Recommended[]> {
  const { out, teacher } = options;
  if (out === undefined || teacher === undefined) return advice;
  const folder = resolve(io.folder, out);
  const config = await readModelConfig(resolve(io.folder, teacher));
  const cut = advisedStudent(options.student, presetOf(options.student), config);
  const written: Recommended[] = [];
  for (const each of advice) {
    const name = `advice-${each.rank}`;
    const recipe = advisedRecipe(each.configuration, {
      name,
      seed: options.seed,
      task: taskChoice(options, io),
      teacher: { use: 'bert', model: resolve(io.folder, teacher) },
      student: cut,
      training: { epochs: 3, batchSize: 32, learningRate: 5e-4 },
      ...(options.maskedModel !== undefined && {
        maskedModel: resolve(io.folder, options.maskedModel),
      }),
    });
    resolveRecipe({ recipe, folder, registry }, name, 'distill');
    const path = join(folder, `${name}.yaml`);
    await writeFileAtomically(
      path,
      `# Expected place ${each.place.toFixed(2)} among pipelines.\n${stringify(recipe)}`,
    );
    written.push({ ...each, recipe: path });
  }
  return written;
}

async function runAll(
  pipelines: readonly Recommended[],
  options: RecommendOptions,
  io: Io,
  registry: Registry,
  reporter: Reporter,
): Promise<readonly Recommended[]> {
  const folder = resolve(io.folder, options.out as string);
  const done: Recommended[] = [];
  for (const each of pipelines) {
    const { recipe } = await readRecipe(each.recipe as string);
    try {
      const { retained } = await distill(recipe, {
        registry,
        recipeFolder: folder,
        folder: join(folder, `advice-${each.rank}`),
        resume: false,
        reporter,
        signal: io.signal,
      });
      done.push({ ...each, retained });
    } catch (error) {
      if (!(error instanceof DistillerError) || error.code === 'cancelled') throw error;
      reporter.warn(`advice-${each.rank} failed: ${error.message}`);
      done.push({ ...each, failed: error.message });
    }
  }
  const worth = ({ retained = -Infinity }: Recommended) => retained;
  return done.sort((a, b) => worth(b) - worth(a) || a.rank - b.rank);
}

/** The advice as a table, and what was looked at. */
export function recommendationText({ features, source, pipelines }: Recommendation): string {
  const isRun = pipelines.some(({ retained, failed }) => (retained ?? failed) !== undefined);
  const rows = pipelines.map((each) => [
    String(each.rank),
    Object.entries(each.configuration)
      .map(([name, value]) => `${name} ${String(value)}`)
      .join(', '),
    `${each.place.toFixed(2)} ± ${each.deviation.toFixed(2)}`,
    each.ratio.toFixed(3),
    each.reasons
      .filter(({ gain }) => Math.abs(gain) >= 0.005)
      .map(({ stage, gain }) => `${stage} ${gain < 0 ? '−' : '+'}${Math.abs(gain).toFixed(2)}`)
      .join(', '),
    ...(isRun ? [each.retained?.toFixed(3) ?? 'failed'] : []),
  ]);
  const columns = [
    { title: '' },
    { title: 'pipeline', width: 50 },
    { title: 'place' },
    { title: 'keeps', align: 'right' as const },
    { title: 'because of', width: 36 },
    ...(isRun ? [{ title: 'measured', align: 'right' as const }] : []),
  ];
  const { examples, classes, metric, baseline, meanWords } = features;
  const seen = `${examples} examples, ${classes === 1 ? 'a value' : `${classes} classes`}, ${meanWords.toFixed(1)} words each; a linear model has ${metric} ${baseline.toFixed(3)}.`;
  const files =
    pipelines[0]?.recipe === undefined
      ? ''
      : `\nRecipes: ${pipelines.map(({ recipe }) => recipe).join(', ')}\n`;
  return `${seen}\nThe predictor learned from ${source}.\n\n${table(columns, rows)}${files}`;
}
