import type { Engine } from './engine.js';
import type { OpenModel } from './stages.js';
import type { Rng } from '../rng.js';
import { token, type Kind } from '../component.js';
import type { ComponentChoice } from '../registry.js';
import type { ComponentKinds } from './stages.js';

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

/** Makes the components that a setting of another component names. They get the services that it was offered. */
export interface ComponentMaker {
  /** @throws DistillerError as `Registry.create`. */
  create<K extends Kind>(kind: K, choice: ComponentChoice): Promise<ComponentKinds[K]>;
}

/** For components made of others; every registry offers it. */
export const COMPONENTS = token<ComponentMaker>('components');
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
