/**
 * How alone each point of a front is: over the objectives, the distance between its two neighbours as a share of the front's range;
 * infinite at the ends of an objective. An objective in which all points agree adds nothing.
 *
 * @param front losses, [n][objectives].
 * @see Deb et al., "NSGA-II", 2002, §III.B
 */
export function crowdingDistances(front: readonly (readonly number[])[]): number[] {
  const distances = front.map(() => 0);
  const objectives = front[0]?.length ?? 0;
  for (let k = 0; k < objectives; k++) {
    const loss = (i: number | undefined) => front[i as number]?.[k] as number;
    const order = front.map((_, i) => i).sort((a, b) => loss(a) - loss(b));
    const range = loss(order.at(-1)) - loss(order[0]);
    if (range === 0) continue;
    order.forEach((i, place) => {
      const isEnd = place === 0 || place === order.length - 1;
      distances[i] = isEnd
        ? Infinity
        : (distances[i] as number) + (loss(order[place + 1]) - loss(order[place - 1])) / range;
    });
  }
  return distances;
}
