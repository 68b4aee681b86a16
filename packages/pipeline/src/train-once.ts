import { readFile } from 'node:fs/promises';
import { DistillerError, makeFolder, writeFileAtomically, type Weights } from '@distiller/core';
import { readSafetensors, writeSafetensors } from '@distiller/engine';
import { MetricsLog } from './metrics-log.js';
import { readNote } from './note.js';
import { runPhase, type Phase, type PhaseResult } from './phase.js';
import type { RunFolder } from './run-folder.js';
import type { RunContext } from './run-options.js';

export interface TrainedModel extends PhaseResult {
  /** What is kept of the weights of the best evaluation. */
  readonly weights: Weights;
}

/** A phase that is ready to start, and what it holds. */
export interface OpenPhase {
  readonly phase: Omit<
    Phase,
    'role' | 'folder' | 'saveBest' | 'reporter' | 'signal' | 'onEvaluation'
  >;
  /** What a model is made of: projections and critics are left behind. */
  kept(weights: Weights): Weights;
  dispose(): Promise<void>;
}

/**
 * Trains a phase to its end, or goes on with one that was cut off; one that has ended is not opened again.
 *
 * @param role names its checkpoints, metrics and progress.
 */
export async function trainOnce(
  role: string,
  folder: RunFolder,
  context: RunContext,
  open: () => Promise<OpenPhase>,
): Promise<TrainedModel> {
  const checkpoints = folder.checkpoints(role);
  const best = folder.join('checkpoints', role, 'best.safetensors');
  const done = folder.join('checkpoints', role, 'done.json');
  const finished = await readNote<{ readonly result: PhaseResult }>(done);
  if (finished) return { ...finished.result, weights: await readBest(best, checkpoints) };

  const { phase, kept, dispose } = await open();
  try {
    const result = await runPhase(
      {
        ...phase,
        role,
        saveBest: (weights) => writeSafetensors(best, kept(weights)),
        folder: checkpoints,
        reporter: context.reporter,
        signal: context.signal,
        onEvaluation: context.onEvaluation,
      },
      (keepBytes) => MetricsLog.open(folder.metrics, keepBytes),
      await metricsStart(folder, role),
    );
    await writeFileAtomically(done, `${JSON.stringify({ result }, null, 2)}\n`);
    return { ...result, weights: await readBest(best, checkpoints) };
  } finally {
    await dispose();
  }
}

/** Where this phase's lines begin in the metrics file: noted before its first step, so that a resume finds it again. */
async function metricsStart(folder: RunFolder, role: string): Promise<number> {
  const note = folder.join('checkpoints', role, 'metrics-start.json');
  const known = await readNote<{ readonly bytes: number }>(note);
  if (known) return known.bytes;
  const bytes = (await readFile(folder.metrics).catch(() => Buffer.alloc(0))).length;
  await makeFolder(folder.checkpoints(role));
  await writeFileAtomically(note, `${JSON.stringify({ bytes })}\n`);
  return bytes;
}

/** @throws DistillerError `input` saying how to get the weights back. */
async function readBest(path: string, checkpoints: string): Promise<Weights> {
  try {
    return (await readSafetensors(path)).tensors as Weights;
  } catch (cause) {
    throw new DistillerError(
      'input',
      `${(cause as Error).message} It held the trained weights: delete ${checkpoints} and resume, and they are trained again.`,
      { cause },
    );
  }
}
