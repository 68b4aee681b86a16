import { describe, expect, it } from '@jest/globals';
import { createRng } from '@distiller/core';
import { transport, type Flow } from './transport.js';

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
const costOf = (costs: number[][], flow: Flow) =>
  sum(costs.flatMap((row, j) => row.map((cost, i) => cost * (flow[j]?.[i] ?? 0))));

/**
 * The cheapest of all basic solutions: every one of them has at most N + M − 1 entries, which form a forest, so that
 * the marginals alone decide the amounts.
 */
function bruteForce(
  costs: number[][],
  supply: readonly number[],
  demand: readonly number[],
): number {
  const cells = costs.flatMap((row, j) => row.map((_, i) => [j, i] as const));
  let cheapest = Infinity;
  const choose = (from: number, chosen: (readonly [number, number])[]) => {
    if (chosen.length === supply.length + demand.length - 1) {
      const amounts = amountsOf(chosen, supply, demand);
      if (amounts)
        cheapest = Math.min(
          cheapest,
          sum(chosen.map(([j, i], k) => (costs[j]?.[i] ?? 0) * (amounts[k] ?? 0))),
        );
      return;
    }
    for (let next = from; next < cells.length; next++)
      choose(next + 1, [...chosen, cells[next] as [number, number]]);
  };
  choose(0, []);
  return cheapest;
}

/** Amounts of the chosen cells by peeling off rows and columns with one open cell; undefined when they are no tree or negative. */
function amountsOf(
  cells: readonly (readonly [number, number])[],
  supply: readonly number[],
  demand: readonly number[],
): number[] | undefined {
  const left: [number[], number[]] = [[...supply], [...demand]];
  const amounts: (number | undefined)[] = cells.map(() => undefined);
  for (let round = 0; round < cells.length; round++) {
    const single = [0, 1].flatMap((side) =>
      left[side as 0 | 1].flatMap((_, line) => {
        const open = cells.flatMap((cell, k) =>
          cell[side as 0 | 1] === line && amounts[k] === undefined ? [k] : [],
        );
        return open.length === 1 ? [[side, line, open[0]] as const] : [];
      }),
    )[0];
    if (!single) return undefined;
    const [side, line, k] = single as [0 | 1, number, number];
    const amount = left[side][line] as number;
    if (amount < -1e-12) return undefined;
    amounts[k] = amount;
    const [j, i] = cells[k] as readonly [number, number];
    left[0][j] = (left[0][j] as number) - amount;
    left[1][i] = (left[1][i] as number) - amount;
  }
  const rest = [...left[0], ...left[1]];
  return rest.every((amount) => Math.abs(amount) < 1e-9) ? (amounts as number[]) : undefined;
}

/** Whether moving some amount round a circle of cells, from those that have any, would be cheaper (Bellman–Ford). */
function isImprovable(costs: number[][], flow: Flow): boolean {
  const prices = [costs.map(() => 0), (costs[0] ?? []).map(() => 0)] as const;
  for (let round = 0; round <= prices[0].length + prices[1].length; round++) {
    let isSettled = true;
    costs.forEach((row, j) =>
      row.forEach((cost, i) => {
        const [from, to] = [prices[0][j] as number, prices[1][i] as number];
        if (from + cost < to - 1e-9) [prices[1][i], isSettled] = [from + cost, false];
        const price = prices[1][i] as number;
        if ((flow[j]?.[i] ?? 0) > 1e-9 && price - cost < from - 1e-9)
          [prices[0][j], isSettled] = [price - cost, false];
      }),
    );
    if (isSettled) return false;
  }
  return true;
}

/** A row that sends its whole amount to one column. */
function demandOnly(count: number, column: number, amount: number): number[] {
  return Array.from({ length: count }, (_, i) => (i === column ? amount : 0));
}

function shares(count: number, draw: () => number): number[] {
  const values = Array.from({ length: count }, () => 0.1 + draw());
  return values.map((value) => value / sum(values));
}

describe('transport', () => {
  it('matches the reference', () => {
    const costs = [
      [0.2, 0.9, 0.5],
      [0.7, 0.1, 0.6],
    ];
    const flow = transport(costs, [0.5, 0.5], [1 / 3, 1 / 3, 1 / 3]);
    const expected = [
      [1 / 3, 0, 1 / 6],
      [0, 1 / 3, 1 / 6],
    ];
    flow.forEach((row, j) =>
      row.forEach((amount, i) => expect(amount).toBeCloseTo(expected[j]?.[i] ?? NaN, 10)),
    );
    expect(costOf(costs, flow)).toBeCloseTo(0.28333333, 8);
  });

  it.each([
    [2, 2, 10],
    [2, 4, 10],
    [3, 3, 10],
    [3, 4, 10],
    [4, 4, 2],
  ])('is as cheap as the cheapest basic solution, %d to %d', (n, m, instances) => {
    const rng = createRng(n * 10 + m);
    for (let k = 0; k < instances; k++) {
      const draw = () => rng.uniform();
      const costs = Array.from({ length: n }, () => Array.from({ length: m }, () => draw() - 0.3));
      const [supply, demand] =
        k % 2
          ? [shares(n, draw), shares(m, draw)]
          : [Array<number>(n).fill(1 / n), Array<number>(m).fill(1 / m)];
      const flow = transport(costs, supply, demand);
      flow.forEach((row, j) => expect(sum(row)).toBeCloseTo(supply[j] as number, 10));
      demand.forEach((amount, i) =>
        expect(sum(flow.map((row) => row[i] as number))).toBeCloseTo(amount, 10),
      );
      expect(Math.min(...flow.flat())).toBeGreaterThanOrEqual(0);
      expect(costOf(costs, flow)).toBeCloseTo(bruteForce(costs, supply, demand), 9);
    }
  });

  it.each([
    [4, 12],
    [12, 24],
  ])('leaves nothing to improve, %d to %d, with ties and with shares near 0', (n, m) => {
    const rng = createRng(n);
    for (let k = 0; k < 12; k++) {
      const draw = () => (k % 2 ? rng.integer(3) : rng.uniform() - 1);
      const share = () => (k % 3 ? 1 : Math.exp(-20 * rng.uniform()));
      const costs = Array.from({ length: n }, () => Array.from({ length: m }, draw));
      const side = (count: number) => {
        const values = Array.from({ length: count }, share);
        return values.map((value) => value / sum(values));
      };
      const [supply, demand] = [side(n), side(m)];
      const flow = transport(costs, supply, demand);
      expect(isImprovable(costs, flow)).toBe(false);
      flow.forEach((row, j) => expect(sum(row)).toBeCloseTo(supply[j] as number, 10));
      expect(transport(costs, supply, demand)).toEqual(flow);
    }
    const costs = Array.from({ length: n }, () => Array.from({ length: m }, () => rng.uniform()));
    const worst = costs.map((_, j) => demandOnly(m, j, 1 / n)); // everything of layer j to layer j
    expect(isImprovable(costs, worst)).toBe(true);
  });

  it('does not see a constant that is added to every cost', () => {
    const rng = createRng(1);
    const costs = Array.from({ length: 4 }, () => Array.from({ length: 12 }, () => rng.uniform()));
    const [supply, demand] = [Array<number>(4).fill(1 / 4), Array<number>(12).fill(1 / 12)];
    const flow = transport(costs, supply, demand);
    const shifted = transport(
      costs.map((row) => row.map((cost) => cost - 7)),
      supply,
      demand,
    );
    flow.forEach((row, j) =>
      row.forEach((amount, i) => expect(shifted[j]?.[i]).toBeCloseTo(amount, 9)),
    );
  });

  it('spreads every supply where all costs are equal', () => {
    expect(transport([[3, 3], [3, 3]], [0.25, 0.75], [0.5, 0.5])).toEqual([[0.125, 0.125], [0.375, 0.375]]); // prettier-ignore
  });

  it('refuses costs that are no numbers', () => {
    expect(() => transport([[1, NaN]], [1], [0.5, 0.5])).toThrow(
      /the losses of the pairs are 1, NaN/,
    );
  });
});
