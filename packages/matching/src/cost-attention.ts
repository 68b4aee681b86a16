import type { Flow } from './transport.js';

/** Shares of the layers in the transport; each side adds up to 1. */
export interface LayerWeights {
  /** w^S, one a student layer. */
  readonly student: readonly number[];
  /** w^T, one a teacher layer. */
  readonly teacher: readonly number[];
}

/**
 * BERT-EMD's cost attention: layers whose transport is cheap for its amount get a larger share,
 *
 *     c^S_j = Σ_i F_ji C_ji / w^S_j,   w^S ← softmax_j( Σ_j′ c^S_j′ / c^S_j / τ )      and the same over columns for w^T
 *
 * A layer that costs nothing has 0 in the softmax.
 *
 * @param costs C ≥ 0, rows by student layer. @param flow F for these costs.
 * @see Li et al., "BERT-EMD: Many-to-Many Layer Mapping for BERT Compression with Earth Mover's Distance", 2020, §3.3,
 *   arXiv:2010.06133
 */
export function costAttention(
  costs: readonly (readonly number[])[],
  flow: Flow,
  { student, teacher }: LayerWeights,
  temperature: number,
): LayerWeights {
  const spent = costs.map((row, j) => row.map((cost, i) => cost * (flow[j]?.[i] ?? 0)));
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  const rows = spent.map(sum);
  const columns = teacher.map((_, i) => sum(spent.map((row) => row[i] ?? 0)));
  return {
    student: shares(rows, student, temperature),
    teacher: shares(columns, teacher, temperature),
  };
}

function shares(
  spent: readonly number[],
  weights: readonly number[],
  temperature: number,
): readonly number[] {
  const unit = spent.map((cost, k) => (weights[k] === 0 ? cost : cost / (weights[k] as number)));
  const total = unit.reduce((a, b) => a + b, 0);
  const scores = unit.map((cost) => (cost === 0 ? 0 : total / cost / temperature));
  const highest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - highest));
  const all = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / all);
}
