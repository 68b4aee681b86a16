/** How much of its training a trial is compared after; sizes in the unit of the setting. */
export interface Budget {
  /** The setting of the recipe that says how long a training is. */
  readonly setting: 'training.epochs' | 'training.maxSteps';
  /** The first comparison. */
  readonly min: number;
  /** The whole training. */
  readonly max: number;
  /** Factor from one comparison to the next, η. */
  readonly reduction: number;
}

/** A point of the training at which a trial is compared with others. */
export interface Rung {
  /** In units of the shortest rung: 1, η, η² … */
  readonly budget: number;
  /** Of the whole training, in (0, 1). */
  readonly share: number;
}

/** The rungs min·ηᵏ below the whole training. */
export function rungsOf({ min, max, reduction }: Budget): readonly Rung[] {
  const rungs: Rung[] = [];
  for (let budget = 1; budget * min < max; budget *= reduction)
    rungs.push({ budget, share: (budget * min) / max });
  return rungs;
}
