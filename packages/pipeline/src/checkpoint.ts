import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import {
  ioError,
  makeFolder,
  writeFileAtomically,
  type HostTensors,
  type Reporter,
  type TrainingState,
  type Weights,
} from '@distiller/core';
import { readSafetensors, writeSafetensors } from '@distiller/engine';

/** How far a phase has come, besides weights and optimizer state. Plain JSON. */
export interface PhaseProgress {
  /** Optimizer steps done. */
  readonly step: number;
  readonly bestScore: number | null;
  readonly bestStep: number;
  /** Scores of the best evaluation. */
  readonly bestScores: Readonly<Record<string, number>>;
  /** Evaluations since the best one. */
  readonly stale: number;
  readonly stopped: boolean;
  /** Length of the metrics file at this point, in bytes: a resume cuts it there. */
  readonly metricsBytes: number;
}

export interface Checkpoint {
  readonly progress: PhaseProgress;
  readonly state: TrainingState;
  /** State of a phase's feedback, when it has one. */
  readonly feedback?: HostTensors;
}

const FILES = ['weights.safetensors', 'optimizer.safetensors', 'progress.json'] as const;
/** Written only where there is something to write. */
const FEEDBACK = 'feedback.safetensors';
const NAME = /^step-(\d{8})$/;

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/**
 * The checkpoints of one phase: folders `step-00000120`, each complete or absent. A folder is written
 * under another name, ends with a manifest of checksums, and is renamed when all of it is on disk.
 */
export class CheckpointStore {
  constructor(
    private readonly folder: string,
    private readonly keep: number,
    private readonly reporter: Reporter,
  ) {}

  /** Writes a checkpoint, then forgets all but the newest `keep`. */
  async save({ progress, state, feedback }: Checkpoint): Promise<void> {
    const name = `step-${String(progress.step).padStart(8, '0')}`;
    const partial = join(this.folder, `.partial-${name}`);
    const complete = join(this.folder, name);
    await rm(partial, { recursive: true, force: true });
    try {
      await makeFolder(partial);
      await writeSafetensors(join(partial, 'weights.safetensors'), state.weights);
      await writeSafetensors(join(partial, 'optimizer.safetensors'), state.optimizer);
      await writeFileAtomically(
        join(partial, 'progress.json'),
        `${JSON.stringify(progress, null, 2)}\n`,
      );
      if (feedback) await writeSafetensors(join(partial, FEEDBACK), feedback);
      const sums = await Promise.all(
        [...FILES, ...(feedback ? [FEEDBACK] : [])].map(async (file) => [
          file,
          await sha256(join(partial, file)),
        ]),
      );
      await writeFileAtomically(
        join(partial, 'manifest.json'),
        `${JSON.stringify({ sha256: Object.fromEntries(sums) }, null, 2)}\n`,
      );
      await rm(complete, { recursive: true, force: true });
      await rename(partial, complete);
      await syncFolder(this.folder);
    } catch (cause) {
      await rm(partial, { recursive: true, force: true });
      throw ioError('write', complete, cause);
    }
    const steps = await this.steps();
    for (const old of steps.slice(0, Math.max(0, steps.length - this.keep))) {
      await rm(join(this.folder, old), { recursive: true, force: true });
    }
  }

  /** The newest complete checkpoint, or undefined. Damaged ones are passed over with a warning. */
  async latest(): Promise<Checkpoint | undefined> {
    for (const name of (await this.steps()).reverse()) {
      const problem = await this.problemOf(name);
      if (problem === undefined) return this.load(name);
      this.reporter.warn(`Checkpoint ${join(this.folder, name)} is passed over: ${problem}.`);
    }
    return undefined;
  }

  private async load(name: string): Promise<Checkpoint> {
    const folder = join(this.folder, name);
    const weights = await readSafetensors(join(folder, 'weights.safetensors'));
    const optimizer = await readSafetensors(join(folder, 'optimizer.safetensors'));
    const progress = JSON.parse(
      await readFile(join(folder, 'progress.json'), 'utf8'),
    ) as PhaseProgress;
    return {
      progress,
      state: { weights: weights.tensors as Weights, optimizer: optimizer.tensors },
      ...((await readdir(folder)).includes(FEEDBACK)
        ? { feedback: (await readSafetensors(join(folder, FEEDBACK))).tensors }
        : {}),
    };
  }

  private async problemOf(name: string): Promise<string | undefined> {
    try {
      const text = await readFile(join(this.folder, name, 'manifest.json'), 'utf8');
      const sums = (JSON.parse(text) as { sha256: Record<string, string> }).sha256;
      for (const file of new Set([...FILES, ...Object.keys(sums)])) {
        if (sums[file] !== (await sha256(join(this.folder, name, file))))
          return `${file} does not match its checksum`;
      }
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  /** Names of the complete checkpoints, oldest first. */
  private async steps(): Promise<string[]> {
    const names = await readdir(this.folder).catch(() => []);
    return names.filter((name) => NAME.test(name)).sort();
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
