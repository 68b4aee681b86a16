import { DistillerError, type Reporter } from '@distiller/core';
import type { Sampler } from '../samplers/sampler.js';
import type { Configuration, SearchSpace } from '../space.js';
import type { StudyObjective, Trial, TrialReport } from '../trial.js';
import type { Journal } from './journal.js';
import type { JournalRecord, TrialOutcome } from './journal-record.js';
import type { StudyState, TrialEntry } from './study-state.js';
import { StudyProgress } from './study-progress.js';
import type { TrialJob } from './trial-job.js';
import { WorkerLost, type TrialRunner } from './trial-runner.js';

/** What decides a study beside its trials. */
export interface StudyPlan {
  readonly space: SearchSpace;
  readonly objectives: readonly StudyObjective[];
  readonly sampler: Sampler;
  readonly seed: number;
  readonly trials: number;
  /** Trial n is proposed when all up to n − concurrency have finished, and sees exactly these. */
  readonly concurrency: number;
  /** Times that a trial is tried again after its worker was gone. */
  readonly retries: number;
  /**
   * What a worker is told about a trial; `peers` are the trials that it sees.
   * @throws DistillerError for a configuration that can't be run; the trial fails with its message.
   */
  job(number: number, configuration: Configuration, peers: readonly Trial[]): TrialJob;
}

export interface CoordinatorOptions {
  readonly state: StudyState;
  readonly journal: Pick<Journal, 'append'>;
  readonly runner: TrialRunner;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
}

/** A study whose first trials all fail is ended after so many. */
const FAILURES_TO_STOP = 5;

/**
 * Proposes trials and has them run until all have finished. Configurations, prunings and values are functions of the plan, whatever the
 * time that a trial takes, the number of workers, and what was killed and resumed in between.
 *
 * @throws DistillerError `cancelled` when the signal is aborted; `input` when the first trials all fail; whatever a runner
 *   throws that is neither a failed trial nor a lost worker. The journal holds everything that has finished.
 */
export async function coordinateStudy(plan: StudyPlan, options: CoordinatorOptions): Promise<void> {
  await new Coordinator(plan, options).run();
}

class Coordinator {
  private readonly running = new Map<number, Promise<void>>();
  private readonly progress: StudyProgress;
  /** Aborts what runs when the study is asked to stop, or when something can't go on. */
  private readonly controller = new AbortController();
  private failure: unknown;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly plan: StudyPlan,
    private readonly options: CoordinatorOptions,
  ) {
    this.progress = new StudyProgress(plan, options.state, options.reporter);
  }

  async run(): Promise<void> {
    const { signal, state } = this.options;
    const stop = () => this.controller.abort();
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    try {
      for (const { number, outcome } of state.trials) if (!outcome) await this.start(number);
      for (;;) {
        await this.fill();
        if (this.running.size === 0) break;
        await Promise.race(this.running.values());
      }
    } catch (error) {
      this.fail(error);
      await Promise.all(this.running.values());
    } finally {
      signal.removeEventListener('abort', stop);
    }
    if (this.failure) throw this.failure;
    if (signal.aborted) throw this.cancelled();
  }

  private get isStopping(): boolean {
    return this.controller.signal.aborted;
  }

  /** Proposes as many trials as may be. */
  private async fill(): Promise<void> {
    const { plan } = this;
    const { state } = this.options;
    for (;;) {
      this.stopIfAllFail();
      const number = state.trials.length;
      const isAllowed = number < plan.trials && state.isFinishedUpTo(number - plan.concurrency);
      if (this.isStopping || !isAllowed) return;
      const { space, objectives, sampler, seed, concurrency } = plan;
      const trials = state.seenBy(number, concurrency);
      const configuration = sampler.propose({ space, objectives, number, trials, seed });
      await this.record({ kind: 'proposed', trial: number, configuration });
      await this.start(number);
    }
  }

  /** Waits for a free slot, then runs a trial that was proposed. */
  private async start(number: number): Promise<void> {
    while (this.running.size >= this.options.runner.slots)
      await Promise.race(this.running.values());
    if (this.isStopping) return;
    const ended = this.attempt(number)
      .catch((error: unknown) => this.fail(error))
      .finally(() => this.running.delete(number));
    this.running.set(number, ended);
    this.progress.show(this.running.size);
  }

  private async attempt(number: number): Promise<void> {
    const entry = this.options.state.trials[number] as TrialEntry;
    const outcome = await this.outcomeOf(entry);
    await this.record({ kind: 'finished', trial: number, outcome });
    this.progress.finished(number, this.running.size - 1);
  }

  private async outcomeOf(entry: TrialEntry): Promise<TrialOutcome> {
    const { plan } = this;
    const { state, runner, reporter } = this.options;
    const { number, configuration } = entry;
    const peers = state
      .seenBy(number, plan.concurrency)
      .filter(({ state: how }) => how !== 'running');
    let job: TrialJob;
    try {
      job = plan.job(number, configuration, peers);
    } catch (error) {
      if (!(error instanceof DistillerError)) throw error;
      return { state: 'failed', reports: [], reason: error.message };
    }
    const hear = (report: TrialReport) => this.progress.heard(number, report);
    for (let losses = entry.losses; ;) {
      try {
        return await runner.run(job, hear, this.controller.signal);
      } catch (error) {
        if (!(error instanceof WorkerLost)) throw error;
        if (this.isStopping) throw this.cancelled();
        losses++;
        await this.record({ kind: 'lost', trial: number, attempt: losses, reason: error.message });
        if (losses > plan.retries) {
          const reason = `Its worker was gone ${losses} times; the last time: ${error.message}`;
          return { state: 'failed', reports: [], reason };
        }
        reporter.warn(`Trial ${number} is tried again. ${error.message}`);
      }
    }
  }

  /** One record after the other, each on the disk before anything follows from it. */
  private async record(record: JournalRecord): Promise<void> {
    const write = async () => {
      await this.options.journal.append(record);
      this.options.state.apply(record);
    };
    this.writing = this.writing.then(write);
    await this.writing;
  }

  private fail(error: unknown): void {
    const isStop = (error as DistillerError).code === 'cancelled';
    if (!isStop) this.failure ??= error;
    this.controller.abort();
  }

  private stopIfAllFail(): void {
    const { trials } = this.options.state;
    const first = trials.slice(0, FAILURES_TO_STOP);
    const hasOnlyFailed = first.every(({ outcome }) => outcome?.state === 'failed');
    if (first.length < FAILURES_TO_STOP || !hasOnlyFailed) return;
    const { outcome } = first.at(-1) as TrialEntry;
    const reason = outcome?.state === 'failed' ? outcome.reason : '';
    throw new DistillerError(
      'input',
      `The first ${FAILURES_TO_STOP} trials all failed, so the study is ended. Mend the recipe or the space and start it in another folder. The last one: ${reason}`,
    );
  }

  private cancelled(): DistillerError {
    const { trials } = this.options.state;
    const finished = trials.filter(({ outcome }) => outcome).length;
    return new DistillerError(
      'cancelled',
      `Stopped with ${finished} of ${this.plan.trials} trials finished. Everything is saved: run the same command with --resume to go on.`,
    );
  }
}
