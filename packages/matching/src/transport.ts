import { DistillerError } from '@distiller/core';
import { solve } from 'yalps';

/** How much of each supply goes to each demand: rows are supplies, columns demands. */
export type Flow = readonly (readonly number[])[];

/**
 * Cheapest transport from supplies to demands, exactly,
 *
 *     F* = argmin Σ_ji F_ji C_ji   with F ≥ 0, F·1 = supply, Fᵀ·1 = demand
 *
 * Costs may be negative: what is moved in all is fixed, so only their differences matter, and they are brought to [0, 1],
 * which also makes the solver's tolerance one of their range. Where all costs are equal, every flow is cheapest and each supply is spread over the demands in proportion.
 *
 * @param costs C, rows by supply. @param supply, demand ≥ 0, each adding up to 1.
 * @throws DistillerError `numeric` when a cost is not finite.
 * @see Hitchcock, "The Distribution of a Product from Several Sources to Numerous Localities", 1941
 */
export function transport(
  costs: readonly (readonly number[])[],
  supply: readonly number[],
  demand: readonly number[],
): Flow {
  const all = costs.flat();
  if (!all.every(Number.isFinite)) {
    throw new DistillerError(
      'numeric',
      `matching emd: the losses of the pairs are ${all.slice(0, 4).join(', ')} …; the cheapest transport needs finite numbers. Lower the learning rate.`,
    );
  }
  const least = Math.min(...all);
  const range = Math.max(...all) - least;
  if (range === 0) return supply.map((s) => demand.map((d) => s * d));

  // The last demand follows from the others, and rounding must not contradict them.
  const constraints: Record<string, { equal: number }> = {};
  supply.forEach((amount, j) => (constraints[`supply ${j}`] = { equal: amount }));
  demand.slice(0, -1).forEach((amount, i) => (constraints[`demand ${i}`] = { equal: amount }));
  const variables = costs.flatMap((row, j) =>
    row.map((cost, i) => {
      const column = { cost: (cost - least) / range, [`supply ${j}`]: 1 };
      const isLast = i === demand.length - 1;
      return [`${j} ${i}`, isLast ? column : { ...column, [`demand ${i}`]: 1 }] as const;
    }),
  );
  const { status, variables: moved } = solve(
    { direction: 'minimize', objective: 'cost', constraints, variables },
    { precision: 1e-12 },
  );
  if (status !== 'optimal') {
    throw new DistillerError(
      'bug',
      `matching emd: no transport was found (${status}) for supplies ${supply.join(', ')} and demands ${demand.join(', ')}; this is a bug.`,
    );
  }
  const amounts = new Map(moved);
  return supply.map((_, j) => demand.map((_, i) => amounts.get(`${j} ${i}`) ?? 0));
}
