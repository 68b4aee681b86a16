import type { Rng } from '@distiller/core';

/** How close children keep to their parents: higher is closer. */
const CROSSOVER_INDEX = 15;
const MUTATION_INDEX = 20;

/**
 * Simulated binary crossover of two places in [0, 1]: the child lies round one of the parents, at a distance that grows with theirs,
 * cut off at the bounds.
 *
 * @see Deb and Agrawal, "Simulated Binary Crossover for Continuous Search Space", 1995, §3
 */
export function crossPlaces(a: number, b: number, rng: Rng): number {
  const u = rng.uniform();
  const exponent = 1 / (CROSSOVER_INDEX + 1);
  const spread = u <= 0.5 ? (2 * u) ** exponent : (1 / (2 * (1 - u))) ** exponent;
  const side = rng.uniform() < 0.5 ? 1 : -1;
  return within((a + b) / 2 + (side * spread * (b - a)) / 2);
}

/**
 * Polynomial mutation of a place in [0, 1]: mostly a small step, and never out of bounds.
 *
 * @see Deb and Goyal, "A Combined Genetic Adaptive Search (GeneAS) for Engineering Design", 1996, §2.2; bounds as in Deb's code of NSGA-II
 */
export function mutatePlace(place: number, rng: Rng): number {
  const u = rng.uniform();
  const power = MUTATION_INDEX + 1;
  const step =
    u < 0.5
      ? (2 * u + (1 - 2 * u) * (1 - place) ** power) ** (1 / power) - 1
      : 1 - (2 * (1 - u) + (2 * u - 1) * place ** power) ** (1 / power);
  return within(place + step);
}

function within(place: number): number {
  return Math.min(1, Math.max(0, place));
}
