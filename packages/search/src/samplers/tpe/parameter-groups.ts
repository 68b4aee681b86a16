import type { SearchParameter, SearchSpace } from '../../space.js';

/**
 * The parameters of a space in groups that are active together: those with the same conditions. A group comes behind those that
 * its conditions name.
 */
export function parameterGroups({ parameters }: SearchSpace): SearchParameter[][] {
  const groups = new Map<string, SearchParameter[]>();
  for (const parameter of parameters) {
    const conditions = (parameter.when ?? []).map((condition) => JSON.stringify(condition)).sort();
    const key = conditions.join();
    const group = groups.get(key);
    if (group) group.push(parameter);
    else groups.set(key, [parameter]);
  }
  return [...groups.values()];
}
