import type { Configuration } from '@distiller/search';

/** Parameters whose value makes a family: of each, one pipeline is named before a second one. */
const FAMILY = 'loss';

/** The order in which pipelines are named: the first one of each family of losses, then the rest, each part in the order given. */
export function familiesFirst<T>(
  ranked: readonly T[],
  configurationOf: (pipeline: T) => Configuration,
): T[] {
  const families = new Set<unknown>();
  const leaders: T[] = [];
  const rest: T[] = [];
  for (const pipeline of ranked) {
    const family = configurationOf(pipeline)[FAMILY];
    (families.has(family) ? rest : leaders).push(pipeline);
    families.add(family);
  }
  return [...leaders, ...rest];
}
