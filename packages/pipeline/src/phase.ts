import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import {
  DistillerError,
  makeFolder,
  type Engine,
  type HostTensors,
  type Program,
  type Reporter,
  type StepResult,
  type Training,
  type Weights,
  writeFileAtomically,
} from '@distiller/core';
import { CheckpointStore, type PhaseProgress } from './checkpoint.js';
import type { TrainingPlan } from './distillation.js';
import type { MetricsLog } from './metrics-log.js';
import { readNote } from './note.js';
import type { EvaluationListener } from './run-options.js';
import type { StepFeedback } from './step-feedback.js';

/** Scores of an evaluation; `selects` names the one that decides. */
export type Scores = Readonly<Record<string, number>>;

/** One training from initial weights to the best ones: the teacher-less baseline, the distilled student, a fine-tuning. */
export interface Phase {
  /** Names the phase in metrics, checkpoints and progress: `student-kd` … */
  readonly role: string;
  readonly engine: Engine;
  readonly program: Program;
  readonly weights: Weights;
  readonly plan: TrainingPlan;
  readonly seed: number;
  readonly totalSteps: number;
  readonly stepsPerEvaluation: number;
  readonly stepsPerEpoch: number;
  /** The micro-batches of a step: a pure function of the step. */
  batches(step: number): Promise<readonly HostTensors[]>;
  evaluate(weights: Weights): Promise<Scores>;
  /** What the host decides between steps; its state is checkpointed. */
  readonly feedback?: StepFeedback | undefined;
  /** The score that selects the best weights; higher is better. */
  readonly selects: string;
  /** Keeps the weights of the best evaluation so far. */
  saveBest(weights: Weights): Promise<void>;
  /** Folder of this phase's checkpoints. */
  readonly folder: string;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
  readonly onEvaluation?: EvaluationListener | undefined;
}

export interface PhaseResult {
  readonly steps: number;
  readonly bestStep: number;
  readonly scores: Scores;
  /** Seconds of training steps, without evaluation and checkpoints. */
  readonly trainSeconds: number;
  /** Examples seen in those seconds. */
  readonly examples: number;
}

const START: PhaseProgress = {
  step: 0,
  bestScore: null,
  bestStep: 0,
  bestScores: {},
  stale: 0,
  stopped: false,
  metricsBytes: 0,
};

/**
 * Trains one phase to its end. Continues from the newest checkpoint in its folder, and then does exactly what an
 * uninterrupted run would have done: same weights, same metrics, byte for byte.
 *
 * @param openLog opens the metrics file, cut to the given length.
 */
export async function runPhase(
  phase: Phase,
  openLog: (keepBytes: number) => Promise<MetricsLog>,
  startBytes: number,
): Promise<PhaseResult> {
  await makeFolder(phase.folder);
  const store = new CheckpointStore(phase.folder, phase.plan.keepCheckpoints, phase.reporter);
  const training = await phase.engine.training(phase.program, phase.weights, phase.plan.optimizer);
  try {
    const checkpoint = await store.latest();
    if (checkpoint) {
      await training.restore(checkpoint.state);
      if (checkpoint.feedback) phase.feedback?.restore(checkpoint.feedback);
      phase.reporter.info(
        `${phase.role}: continuing after step ${checkpoint.progress.step} of ${phase.totalSteps}.`,
      );
    }
    const start = checkpoint?.progress ?? { ...START, metricsBytes: startBytes };
    const log = await openLog(start.metricsBytes);
    try {
      const timing = checkpoint ? await readTiming(phase.folder) : { trainSeconds: 0, examples: 0 };
      return await new PhaseRun(phase, store, training, log, start, timing).toEnd();
    } finally {
      await log.close();
    }
  } finally {
    await training.dispose();
  }
}

/** Kept apart from the checkpoints, which hold nothing that depends on the clock. */
const TIMING = 'timing.json';

type Timing = Pick<PhaseResult, 'trainSeconds' | 'examples'>;

async function readTiming(folder: string): Promise<Timing> {
  return (await readNote<Timing>(join(folder, TIMING))) ?? { trainSeconds: 0, examples: 0 };
}

class PhaseRun {
  /** Step of the newest checkpoint. */
  private saved: number;

  constructor(
    private readonly phase: Phase,
    private readonly store: CheckpointStore,
    private readonly training: Training,
    private readonly log: MetricsLog,
    private progress: PhaseProgress,
    private timing: Timing,
  ) {
    this.saved = progress.step;
  }

  async toEnd(): Promise<PhaseResult> {
    const { phase } = this;
    while (this.progress.step < phase.totalSteps && !this.progress.stopped) {
      await this.stopIfAsked();
      const result = await this.step();
      this.progress = { ...this.progress, step: this.progress.step + 1 };
      await this.record(result);
      const { step } = this.progress;
      if (step % phase.stepsPerEvaluation === 0 || step === phase.totalSteps) await this.evaluate();
      if (step % phase.plan.checkpointEvery === 0) await this.checkpoint();
    }
    if (this.progress.step !== this.saved) await this.checkpoint();
    return {
      steps: this.progress.step,
      bestStep: this.progress.bestStep,
      scores: this.progress.bestScores,
      ...this.timing,
    };
  }

  private async step(): Promise<StepResult> {
    const { phase, progress } = this;
    const { plan } = phase;
    const began = performance.now();
    const prepared = await phase.batches(progress.step).catch(async (cause: unknown) => {
      await this.stopIfAsked(); // waiting for texts is cut short, and then nothing is lost
      throw cause;
    });
    const batches = await this.completed(prepared);
    const result = await this.training
      .step(batches, {
        seed: phase.seed,
        step: progress.step,
        learningRate: plan.learningRate * plan.schedule.factor(progress.step, phase.totalSteps),
      })
      .catch((cause: unknown) => {
        throw this.divergence(cause);
      });
    phase.feedback?.observe(result.outputs);
    this.timing = {
      trainSeconds: this.timing.trainSeconds + (performance.now() - began) / 1000,
      examples: batches.reduce((sum, { ids }) => sum + (ids?.shape[0] ?? 0), this.timing.examples),
    };
    return result;
  }

  /** Micro-batches with what the host has to add. */
  private async completed(batches: readonly HostTensors[]): Promise<readonly HostTensors[]> {
    const { feedback } = this.phase;
    if (!feedback) return batches;
    const weights = await this.training.weights();
    const completed: HostTensors[] = [];
    for (const batch of batches)
      completed.push({ ...batch, ...(await feedback.inputs(batch, weights)) });
    return completed;
  }

  /** An engine's error with what it can't know: the model, the setting, and what is left. */
  private divergence(cause: unknown): unknown {
    if (!(cause instanceof DistillerError) || cause.code !== 'numeric') return cause;
    const { phase, progress, saved } = this;
    const kept =
      saved > 0
        ? `The checkpoint after step ${saved} is kept in ${phase.folder}.`
        : 'There was no checkpoint yet.';
    return new DistillerError(
      'numeric',
      `${phase.role}, after ${progress.step} of ${phase.totalSteps} steps: ${cause.message} training.learningRate is ${phase.plan.learningRate}. ${kept} Start the changed recipe in another folder.`,
      { cause },
    );
  }

  private async record(result: StepResult): Promise<void> {
    const { phase, progress } = this;
    const losses = Object.fromEntries(
      Object.entries(result.outputs).flatMap(([name, { data }]) =>
        name.startsWith('loss/') ? [[name.slice('loss/'.length), data[0] ?? NaN]] : [],
      ),
    );
    if (progress.step % phase.plan.logEvery === 0 || progress.step === phase.totalSteps) {
      await this.log.append({
        role: phase.role,
        step: progress.step,
        epoch: progress.step / phase.stepsPerEpoch,
        loss: result.loss,
        losses,
        gradientNorm: result.gradientNorm,
      });
    }
    phase.reporter.progress({
      stage: phase.role,
      done: progress.step,
      total: phase.totalSteps,
      unit: 'steps',
      figures: {
        loss: result.loss,
        ...(progress.bestScore === null ? {} : { best: progress.bestScore }),
      },
    });
  }

  private async evaluate(): Promise<void> {
    const { phase, progress } = this;
    const weights = await this.training.weights();
    const scores = await phase.evaluate(weights).catch((cause: unknown) => {
      throw this.divergence(cause);
    });
    const score = scores[phase.selects] ?? NaN;
    await this.log.append({ role: phase.role, step: progress.step, evaluation: scores });
    const better = progress.bestScore === null || score > progress.bestScore;
    const stale = better ? 0 : progress.stale + 1;
    const bestScores = better ? scores : progress.bestScores;
    const { role, totalSteps, selects } = phase;
    const goesOn = await phase.onEvaluation?.({
      role,
      step: progress.step,
      totalSteps,
      selects,
      bestScores,
    });
    const isOutOfPatience = phase.plan.patience !== undefined && stale >= phase.plan.patience;
    const stopped = isOutOfPatience || goesOn === false;
    if (better) await phase.saveBest(weights);
    this.progress = {
      ...progress,
      stale,
      stopped,
      bestScores,
      ...(better ? { bestScore: score, bestStep: progress.step } : {}),
    };
    phase.reporter.info(
      `${phase.role}: step ${progress.step}, ${phase.selects} ${score.toFixed(4)}${better ? ' (best so far)' : ''}${stopped ? '; stopping early' : ''}.`,
    );
  }

  private async checkpoint(): Promise<void> {
    await this.log.sync();
    this.progress = { ...this.progress, metricsBytes: this.log.bytes };
    this.saved = this.progress.step;
    const feedback = this.phase.feedback?.snapshot();
    await this.store.save({
      progress: this.progress,
      state: await this.training.snapshot(),
      ...(feedback ? { feedback } : {}),
    });
    await writeFileAtomically(join(this.phase.folder, TIMING), `${JSON.stringify(this.timing)}\n`);
  }

  private async stopIfAsked(): Promise<void> {
    if (!this.phase.signal.aborted) return;
    if (this.progress.step !== this.saved) await this.checkpoint();
    throw new DistillerError(
      'cancelled',
      `Stopped after step ${this.progress.step} of ${this.phase.totalSteps}. Everything is saved: run the same command with --resume to go on.`,
    );
  }
}
