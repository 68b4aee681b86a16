import type { Configuration } from '@distiller/search';

/**
 * The order in which pipelines are named: the first one of each kind, then the rest, each part in the order given. Pipelines are of one
 * kind when they differ in numbers only (α, the share of words replaced): those are nearly the same to try.
 */
export function kindsFirst<T>(
  ranked: readonly T[],
  configurationOf: (pipeline: T) => Configuration,
): T[] {
  const kinds = new Set<string>();
  const leaders: T[] = [];
  const rest: T[] = [];
  for (const pipeline of ranked) {
    const kind = kindOf(configurationOf(pipeline));
    (kinds.has(kind) ? rest : leaders).push(pipeline);
    kinds.add(kind);
  }
  return [...leaders, ...rest];
}

function kindOf(configuration: Configuration): string {
  const choices = Object.entries(configuration).filter(([, value]) => typeof value !== 'number');
  return JSON.stringify(choices.sort(([a], [b]) => (a < b ? -1 : 1)));
}
