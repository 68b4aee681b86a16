import type { StudyObjective, Trial } from '../trial.js';
import { GOLDENS } from '../samplers/goldens.fixture.js';
import { crowdingDistances } from './crowding-distances.js';
import { hypervolume } from './hypervolume.js';
import { nonDominatedRanks } from './non-dominated-ranks.js';
import { dominates, paretoFront } from './pareto-front.js';

const OBJECTIVES: StudyObjective[] = [
  { name: 'score', direction: 'maximise' },
  { name: 'bytes', direction: 'minimise' },
];
const MINIMISE: StudyObjective[] = ['a', 'b', 'c'].map((name) => ({ name, direction: 'minimise' }));

function trial(number: number, values: number[] | undefined): Trial {
  const base = { number, configuration: {}, reports: [] };
  return values ? { ...base, state: 'complete', values } : { ...base, state: 'pruned' };
}

describe('dominates', () => {
  it('asks for nowhere worse and somewhere better', () => {
    expect(dominates([1, 2], [1, 3])).toBe(true);
    expect(dominates([1, 2], [1, 2])).toBe(false);
    expect(dominates([0, 4], [1, 3])).toBe(false);
  });
});

describe('paretoFront', () => {
  it('keeps what no complete trial dominates, equal ones together', () => {
    const values = [[0.9, 50], [0.8, 20], [0.7, 30], undefined, [0.8, 20], [0.95, NaN]]; // prettier-ignore
    const trials = values.map((v, i) => trial(i, v));
    expect(paretoFront(trials, OBJECTIVES).map(({ number }) => number)).toEqual([0, 1, 4]);
  });

  it('is the best trials of a single objective', () => {
    const trials = [0.5, 0.7, 0.7].map((v, i) => trial(i, [v]));
    expect(paretoFront(trials, OBJECTIVES.slice(0, 1)).map(({ number }) => number)).toEqual([1, 2]);
  });
});

describe('nonDominatedRanks', () => {
  it('peels front after front', () => {
    // (1,4) and (3,1) are dominated by nothing; (2,4) and (4,2) by one of them; (5,5) by all.
    expect(nonDominatedRanks([[5, 5], [1, 4], [2, 4], [3, 1], [4, 2]])).toEqual([2, 0, 1, 0, 1]); // prettier-ignore
  });

  it('has nothing to say of no points', () => {
    expect(nonDominatedRanks([])).toEqual([]);
  });
});

describe('crowdingDistances', () => {
  it('matches values worked out by hand', () => {
    // Ranges 4 and 8. (1,4): (2 − 0)/4 + (8 − 3)/8 = 1.125; (2,3): (4 − 1)/4 + (4 − 0)/8 = 1.25.
    expect(crowdingDistances([[2, 3], [0, 8], [4, 0], [1, 4]])).toEqual([1.25, Infinity, Infinity, 1.125]); // prettier-ignore
  });

  it('ignores an objective without differences', () => {
    expect(crowdingDistances([[1, 0], [1, 1], [1, 4]])).toEqual([Infinity, 1, Infinity]); // prettier-ignore
  });
});

describe('hypervolume', () => {
  it('adds up the boxes of two objectives by hand', () => {
    // Reference (0, 100): (0.9, 50) alone 0.9 · 50 = 45; (0.8, 20) adds 0.8 · 30 = 24; (0.7, 30) nothing.
    const points = [[0.9, 50], [0.8, 20], [0.7, 30]]; // prettier-ignore
    expect(hypervolume(points, OBJECTIVES, [0, 100])).toBeCloseTo(69, 10);
  });

  it('adds up the boxes of three objectives by hand', () => {
    // Boxes from the reference (3,3,3): 2·1·1 + 1·2·1 + 1·1·2 with the unit cube in all three: 6 − 2 = 4.
    expect(hypervolume([[1, 2, 2], [2, 1, 2], [2, 2, 1]], MINIMISE, [3, 3, 3])).toBe(4); // prettier-ignore
  });

  it.each(GOLDENS.hypervolumes)("is that of Optuna's", ({ points, reference, volume }) => {
    const objectives = reference.map((_, i): StudyObjective => {
      return { name: `f${i}`, direction: 'minimise' };
    });
    expect(hypervolume(points, objectives, reference)).toBeCloseTo(volume, 12);
  });

  it('counts no point at or behind the reference, and 0 for none', () => {
    expect(hypervolume([[0.5, 100], [-1, 0]], OBJECTIVES, [0, 100])).toBe(0); // prettier-ignore
    expect(hypervolume([], OBJECTIVES, [0, 100])).toBe(0);
  });

  it('refuses points of another length', () => {
    expect(() => hypervolume([[1]], OBJECTIVES, [0, 100])).toThrow(
      'there are 2 objectives but a point or the reference has 1 values',
    );
  });
});
