import type { Configuration, SearchSpace } from '../space.js';
import type { StudyObjective, Trial } from '../trial.js';

/** All that a proposal depends on. */
export interface ProposalRequest {
  readonly space: SearchSpace;
  readonly objectives: readonly StudyObjective[];
  /** Of the trial that the configuration is for. */
  readonly number: number;
  /**
   * Trials of lower numbers, in any order. What is shown must itself depend on `number` alone, or a resumed study would go another
   * way: with c trials at a time, those up to number − c finished, and the rest, if at all, as `running` without reports,
   * whether they have finished by now or not. Nothing is learnt from running trials; their configurations are avoided as
   * duplicates, so show them.
   */
  readonly trials: readonly Trial[];
  /** Unsigned 32-bit integer. */
  readonly seed: number;
}

/** Proposes configurations. A pure function of its request: the same request, the same answer, on every machine. */
export interface Sampler {
  readonly name: string;
  /**
   * @returns a configuration of the space that no exclusion refuses.
   * @throws DistillerError `config` when the sampler can't search the space (a grid without single values), or almost all of it
   *   is excluded.
   */
  propose(request: ProposalRequest): Configuration;
}
