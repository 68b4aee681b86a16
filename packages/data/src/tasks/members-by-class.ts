/** The places of each class's members in ascending order; classes ascending. */
export function membersByClass(
  classes: readonly number[],
): readonly (readonly [label: number, members: readonly number[]])[] {
  const byClass = new Map<number, number[]>();
  classes.forEach((label, i) => {
    const members = byClass.get(label);
    if (members) members.push(i);
    else byClass.set(label, [i]);
  });
  return [...byClass].sort(([a], [b]) => a - b);
}
