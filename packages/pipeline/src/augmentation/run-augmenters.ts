import { createRng, DistillerError, type Rng } from '@distiller/core';
import type { NamedAugmenter } from './augmentation.js';

/** A text that is to be rewritten. */
export interface TextJob {
  readonly text: string;
  /** Shown in messages: `train-17, texts[0]`. */
  readonly name: string;
  /** Names the stream of random numbers that decides what becomes of the text. */
  readonly stream: readonly (string | number)[];
}

/** The root of all streams of a seed that decide what becomes of texts. */
export function augmentationRng(seed: number): Rng {
  return createRng(seed).derive('augmentation');
}

/** The stream that is the augmenter's own, for what it does once. */
export function augmenterRng(seed: number, place: number): Rng {
  return augmentationRng(seed).derive('augmenter', place);
}

/**
 * Sends texts through all augmenters in their order. What becomes of a text is a function of (text, its stream, the
 * augmenters): augmenter k draws from the stream's child k.
 *
 * @throws DistillerError naming augmenter and text; `cancelled` when the signal is aborted.
 */
export async function runAugmenters(
  pipeline: readonly NamedAugmenter[],
  jobs: readonly TextJob[],
  rng: Rng,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  let texts = jobs.map(({ text }) => text);
  for (const [place, { name, augmenter }] of pipeline.entries()) {
    const rewrite = async (from: number, to: number): Promise<readonly string[]> => {
      const streams = jobs.slice(from, to).map(({ stream }) => rng.derive(...stream, place));
      const rewritten = await augmenter.augment(texts.slice(from, to), streams, signal);
      return assertTexts(rewritten, to - from);
    };
    try {
      texts = [...(await rewrite(0, texts.length))];
    } catch (cause) {
      throwIfCancelled(signal, cause);
      throw await failure(jobs, rewrite, `augmentation.pipeline.${place} (${name})`, cause);
    }
    throwIfCancelled(signal);
  }
  return texts;
}

function throwIfCancelled(signal: AbortSignal | undefined, cause?: unknown): void {
  if (signal?.aborted)
    throw new DistillerError('cancelled', 'Stopped while augmenting.', { cause });
}

/** An augmenter may come from plain JavaScript. */
function assertTexts(rewritten: unknown, count: number): readonly string[] {
  if (
    Array.isArray(rewritten) &&
    rewritten.length === count &&
    rewritten.every((text) => typeof text === 'string')
  )
    return rewritten;
  throw new TypeError(
    `it gave ${JSON.stringify(rewritten)?.slice(0, 80)} for ${count} texts; expected as many strings.`,
  );
}

/** Since a text depends on nothing but itself, the one that fails fails alone too. */
async function failure(
  jobs: readonly TextJob[],
  rewrite: (from: number, to: number) => Promise<unknown>,
  where: string,
  cause: unknown,
): Promise<DistillerError> {
  for (const [index, { name }] of jobs.entries()) {
    try {
      await rewrite(index, index + 1);
    } catch (own) {
      return failed(`${where} failed on text ${name}`, own);
    }
  }
  return failed(
    `${where} failed on ${jobs.length} texts from ${jobs[0]?.name} on, none of which fails alone`,
    cause,
  );
}

function failed(where: string, cause: unknown): DistillerError {
  const { name, code } = cause as DistillerError;
  const message = cause instanceof Error ? cause.message : String(cause);
  return new DistillerError(
    name === 'DistillerError' ? code : 'plugin',
    `${where}: ${message} Take the text out of the data or the augmenter out of the pipeline.`,
    { cause },
  );
}
