import type { Engine } from './engine.js';
import type { OpenModel } from './stages.js';
import type { Rng } from '../rng.js';
import { token } from '../component.js';

/** One step of visible work; a console turns it into a bar or a line. */
export interface Progress {
  /** Short name of the work, e.g. `distil`, `evaluate student`, `teacher signals`. */
  readonly stage: string;
  readonly done: number;
  readonly total: number;
  /** What is counted: `steps`, `examples`, `texts`. */
  readonly unit: string;
  /** A few figures to show beside it, e.g. `{ loss: 0.31 }`. */
  readonly figures?: Readonly<Record<string, number>>;
}

/** Where a run tells what it is doing. Libraries never print. */
export interface Reporter {
  info(message: string): void;
  warn(message: string): void;
  progress(progress: Progress): void;
}

/** The engine of this run. */
export const ENGINE = token<Engine>('engine');
/** A stream of random numbers that belongs to this component alone. */
export const RNG = token<Rng>('rng');
export const REPORTER = token<Reporter>('reporter');
/** Aborted when the user asks to stop; check it between batches. */
export const SIGNAL = token<AbortSignal>('signal');
/** Makes a path of the recipe absolute: relative paths count from the recipe's folder. */
export const RESOLVE_PATH = token<(path: string) => string>('resolve-path');
/** Opens a saved model of any registered architecture. */
export const OPEN_MODEL = token<OpenModel>('open-model');
/** Folder for caches that outlive a run, absolute. */
export const CACHE_FOLDER = token<string>('cache-folder');
