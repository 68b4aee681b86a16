import { DistillerError, type Parameter, type Weights } from '@distiller/core';

/** A deep copy: new arrays with the same values. */
export function copyWeights(weights: Weights): Weights {
  return mapWeights(weights, (parameter) => ({ ...parameter, data: parameter.data.slice() }));
}

/** The same names with other parameters. */
export function mapWeights(
  weights: Weights,
  change: (parameter: Parameter, name: string) => Parameter,
): Weights {
  return Object.fromEntries(
    Object.entries(weights).map(([name, parameter]) => [name, change(parameter, name)]),
  );
}

/**
 * Refuses weights that do not have the names and shapes of others.
 *
 * @param where who asks, the first word of the message.
 * @throws DistillerError `shape` naming the first parameter that is missing, too many or of another shape.
 */
export function assertSameParameters(where: string, expected: Weights, given: Weights): void {
  for (const [name, { shape }] of Object.entries(expected)) {
    const found = given[name];
    if (!found) throw new DistillerError('shape', `${where}: parameter "${name}" is missing.`);
    if (found.shape.join() !== shape.join() || found.data.length !== expected[name]?.data.length) {
      throw new DistillerError(
        'shape',
        `${where}: parameter "${name}" is [${found.shape.join(', ')}] with ${found.data.length} values; expected [${shape.join(', ')}].`,
      );
    }
  }
  const extra = Object.keys(given).find((name) => !(name in expected));
  if (extra !== undefined) {
    throw new DistillerError('shape', `${where}: there is no parameter "${extra}".`);
  }
}
