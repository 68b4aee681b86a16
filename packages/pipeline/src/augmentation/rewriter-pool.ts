import { fileURLToPath } from 'node:url';
import { DistillerError, type ErrorCode } from '@distiller/core';
import { Tinypool } from 'tinypool';
import type { WorkerPipeline } from './augmentation.js';
import type { Rewriter } from './rewriter.js';
import type { TextJob } from './run-augmenters.js';

/** What a worker answers; errors as plain data, since they lose their class on the way. */
export type WorkerAnswer =
  { readonly texts: readonly string[] } | { readonly code: ErrorCode; readonly message: string };

/** The built file, also when this one runs from its source: threads read JavaScript only. */
const WORKER = fileURLToPath(
  new URL('../../dist/augmentation/augmentation-worker.js', import.meta.url),
);

/** Worker threads that make the pipeline anew and rewrite with it. Threads start with the first texts. */
export class RewriterPool implements Rewriter {
  readonly parallel: number;
  readonly #pipeline: WorkerPipeline;
  #pool: Tinypool | undefined;

  constructor(pipeline: WorkerPipeline) {
    this.parallel = pipeline.workers;
    this.#pipeline = pipeline;
  }

  /** Threads that are alive. */
  get threads(): number {
    return this.#pool?.threads.length ?? 0;
  }

  async rewrite(jobs: readonly TextJob[], signal: AbortSignal): Promise<readonly string[]> {
    this.#pool ??= new Tinypool({
      filename: WORKER,
      minThreads: this.parallel,
      maxThreads: this.parallel,
      workerData: this.#pipeline,
    });
    const answer: WorkerAnswer = await this.#pool.run(jobs, { signal }).catch((cause: unknown) => {
      if (signal.aborted)
        throw new DistillerError('cancelled', 'Stopped while augmenting.', { cause });
      throw new DistillerError(
        'plugin',
        `augmentation: a worker thread ended: ${(cause as Error).message} Set augmentation.workers to 0 to see more of it.`,
        { cause },
      );
    });
    if ('texts' in answer) return answer.texts;
    throw new DistillerError(answer.code, answer.message);
  }

  async dispose(): Promise<void> {
    const pool = this.#pool;
    this.#pool = undefined;
    await pool?.destroy();
  }
}
