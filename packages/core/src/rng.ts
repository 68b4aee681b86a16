/**
 * Counter-based random numbers: every draw is a function of (key, position), so streams can be split by name
 * and continued anywhere without keeping state.
 */
export interface Rng {
  /** An independent stream for a named purpose. Same path, same stream. */
  derive(...path: readonly (string | number)[]): Rng;
  /** The next n values, uniform in [0, 1), multiples of 2⁻¹⁶. */
  uniforms(n: number): Float32Array;
  /** The next value, uniform in [0, 1), 53 bits. */
  uniform(): number;
  /** The next integer, uniform in [0, bound). 1 ≤ bound ≤ 2³². */
  integer(bound: number): number;
  /** The next n values of N(0, 1) (Box–Muller). */
  normals(n: number): Float32Array;
  /** A permutation of 0 … n−1 (Fisher–Yates). */
  permutation(n: number): Uint32Array;
}
