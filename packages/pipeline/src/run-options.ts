import { resolve } from 'node:path';
import {
  CACHE_FOLDER,
  ENGINE,
  OPEN_MODEL,
  REPORTER,
  RESOLVE_PATH,
  RNG,
  SIGNAL,
  bind,
  createRng,
  openModel,
  type Binding,
  type Engine,
  type OpenModelOptions,
  type Registry,
  type Reporter,
} from '@distiller/core';

/** What a run needs beside its recipe. */
export interface RunOptions {
  /** Holds every component that the recipe names. */
  readonly registry: Registry;
  /** Everything that the run writes goes here. */
  readonly folder: string;
  /** Relative paths in the recipe count from here; by default from the working directory. */
  readonly recipeFolder?: string | undefined;
  /** Go on with the run that is in `folder`. */
  readonly resume?: boolean | undefined;
  readonly reporter?: Reporter | undefined;
  /** Abort it to stop after the current step with everything saved. */
  readonly signal?: AbortSignal | undefined;
  /** For caches that outlive the run; by default `cache` beside the run's folder. */
  readonly cacheFolder?: string | undefined;
  /** Hears of every evaluation of a training, and may end it there. */
  readonly onEvaluation?: EvaluationListener | undefined;
}

/** How a student in training did on the validation split. */
export interface TrainingEvaluation {
  /** `student-kd`, `student-no-kd`, `model`. */
  readonly role: string;
  /** Optimizer steps done, of `totalSteps`. */
  readonly step: number;
  readonly totalSteps: number;
  /** The metric that decides which is best. */
  readonly selects: string;
  /** Of the best evaluation so far: the weights that would be kept if the training ended here. */
  readonly bestScores: Readonly<Record<string, number>>;
}

/**
 * Called before the training goes on. False ends it as if `patience` had run out; a resumed training repeats what it heard
 * since its last checkpoint.
 */
export type EvaluationListener = (evaluation: TrainingEvaluation) => boolean | Promise<boolean>;

const SILENT: Reporter = {
  info: () => undefined,
  warn: () => undefined,
  progress: () => undefined,
};

/** Run options with the gaps filled. */
export interface RunContext {
  readonly folder: string;
  readonly resume: boolean;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
  readonly onEvaluation: EvaluationListener;
}

export function runContext(
  options: Pick<RunOptions, 'folder' | 'resume' | 'reporter' | 'signal' | 'onEvaluation'>,
): RunContext {
  return {
    folder: resolve(options.folder),
    resume: options.resume ?? false,
    reporter: options.reporter ?? SILENT,
    signal: options.signal ?? new AbortController().signal,
    onEvaluation: options.onEvaluation ?? (() => true),
  };
}

/** The services offered to components, with a random stream for each kind. */
export function serviceBindings(
  options: RunOptions,
  seed: number,
  engine?: Engine,
): (purpose: string) => Binding[] {
  const { reporter, signal, folder } = runContext(options);
  const { registry } = options;
  const shared = [
    bind(REPORTER, reporter),
    bind(SIGNAL, signal),
    bind(RESOLVE_PATH, (path: string) => resolve(options.recipeFolder ?? '', path)),
    bind(OPEN_MODEL, (path: string, options?: OpenModelOptions) =>
      openModel(registry, path, options),
    ),
    bind(CACHE_FOLDER, resolve(options.cacheFolder ?? resolve(folder, '..', 'cache'))),
    ...(engine ? [bind(ENGINE, engine)] : []),
  ];
  return (purpose) => [...shared, bind(RNG, createRng(seed).derive(purpose))];
}
