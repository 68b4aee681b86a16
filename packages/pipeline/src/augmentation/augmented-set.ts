import type { Example, TaskKind } from '@distiller/core';
import { augmentedExample, jobsOf } from './augment-examples.js';
import type { Rewriter } from './rewriter.js';

export interface AugmentedSetOptions {
  readonly kind: TaskKind;
  readonly originals: readonly Example[];
  /** Versions of each example. */
  readonly copies: number;
  readonly generation: number;
  readonly rewriter: Rewriter;
  readonly signal: AbortSignal;
}

/** Examples that are rewritten by one call. */
const SHARD = 32;

/**
 * The augmented examples of a generation: all first versions in the order of the originals, then all second ones, …
 * Version c of example `x` is called `x~c`. Twice as many shards are under way as the rewriter has threads, so
 * that a reader who falls behind holds it up. A function of (options without the rewriter's threads).
 */
export async function* augmentedSet(options: AugmentedSetOptions): AsyncGenerator<Example> {
  const shards = shardsOf(options);
  const pending: Promise<readonly Example[]>[] = [];
  const start = () => {
    const next = shards.next();
    if (next.done) return;
    const shard = rewriteShard(next.value, options);
    // Whoever awaits it hears of its failure; nobody may, when an earlier one failed.
    shard.catch(() => undefined);
    pending.push(shard);
  };
  for (let i = 0; i < 2 * options.rewriter.parallel; i++) start();
  for (let shard = pending.shift(); shard; shard = pending.shift()) {
    yield* await shard;
    start();
  }
}

interface Shard {
  readonly copy: number;
  readonly examples: readonly Example[];
}

function* shardsOf({ originals, copies }: AugmentedSetOptions): Generator<Shard> {
  for (let copy = 1; copy <= copies; copy++) {
    for (let from = 0; from < originals.length; from += SHARD)
      yield { copy, examples: originals.slice(from, from + SHARD) };
  }
}

async function rewriteShard(
  { copy, examples }: Shard,
  { kind, generation, rewriter, signal }: AugmentedSetOptions,
): Promise<readonly Example[]> {
  return rewriteExamples(kind, examples, ['generation', generation, copy], {
    rewriter,
    signal,
    nameOf: ({ id }) => `${id}~${copy}`,
  });
}

/** One version of each example, by one call of the rewriter. */
export async function rewriteExamples(
  kind: TaskKind,
  examples: readonly Example[],
  version: readonly (string | number)[],
  {
    rewriter,
    signal,
    nameOf,
  }: Pick<AugmentedSetOptions, 'rewriter' | 'signal'> & { nameOf(example: Example): string },
): Promise<readonly Example[]> {
  const jobs = examples.map((example) => jobsOf(kind, example, version));
  const texts = await rewriter.rewrite(jobs.flat(), signal);
  let used = 0;
  return examples.map((example, index) => {
    const own = texts.slice(used, (used += jobs[index]?.length ?? 0));
    return augmentedExample(kind, example, nameOf(example), own);
  });
}
