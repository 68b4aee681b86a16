/** A dimension as coefficient · product of named sizes. */
export interface SymbolicDimension {
  readonly coefficient: number;
  /** Names, once for each power. */
  readonly factors: readonly string[];
}

/**
 * Reads named sizes back out of the numbers of a trace. The trace is made with a distinctive prime for each
 * named size, so that a dimension such as 3 · batch · sequence is recognised by its prime factors.
 */
export class Symbols {
  constructor(private readonly primes: Readonly<Record<string, number>>) {}

  /** Undefined for a dimension that does not depend on a named size. */
  factor(dimension: number): SymbolicDimension | undefined {
    let coefficient = dimension;
    const factors: string[] = [];
    for (const [name, prime] of Object.entries(this.primes)) {
      while (coefficient !== 0 && coefficient % prime === 0) {
        coefficient /= prime;
        factors.push(name);
      }
    }
    return factors.length > 0 ? { coefficient, factors } : undefined;
  }
}

/** The largest prime below `limit` that divides none of the numbers. */
export function distinctivePrime(limit: number, avoid: readonly number[]): number {
  for (let candidate = Math.floor(limit); candidate > 2; candidate--) {
    if (isPrime(candidate) && avoid.every((number) => number % candidate !== 0)) return candidate;
  }
  throw new RangeError(`there is no distinctive prime up to ${limit}`);
}

function isPrime(number: number): boolean {
  for (let divisor = 2; divisor * divisor <= number; divisor++) {
    if (number % divisor === 0) return false;
  }
  return number > 1;
}
