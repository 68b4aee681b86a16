import { beforeAll, describe, expect, it } from '@jest/globals';
import { randomRegret } from './evaluation/random-choice.js';
import { groupBy } from './group-by.js';
import type { Observation } from './observation.js';
import { averageRepeats, repeatNoise } from './table/average-repeats.js';
import { cleanTable, flawsOf, type Flaw } from './table/clean-table.js';
import { originalFolder } from './table/original-table.fixture.js';
import { readOriginalTable, type TableRow } from './table/original-table.js';

const folder = originalFolder();
const describeWithData = folder === undefined ? describe.skip : describe;

// The figures are those of the project's specification, worked out from the published table with pandas and scikit-learn.
describeWithData('the original table', () => {
  let rows: readonly TableRow[];
  let clean: readonly TableRow[];
  beforeAll(async () => {
    rows = await readOriginalTable(folder as string);
    clean = cleanTable(rows);
  });

  const headline = <T extends Observation>(all: readonly T[]) =>
    all.filter((row) => row.student === 'TinyBERT4' && row.teacher === 'BERT_BASE');

  it('has 1,239 rows of 1,103 pipelines, 131 of them run 267 times', () => {
    expect(rows).toHaveLength(1239);
    const averaged = averageRepeats(rows);
    expect(averaged).toHaveLength(1103);
    const repeated = averaged.filter(({ runs }) => runs > 1);
    expect(repeated).toHaveLength(131);
    expect(repeated.reduce((sum, { runs }) => sum + runs, 0)).toBe(267);
    expect(averageRepeats(headline(rows))).toHaveLength(651);
  });

  it('has 44 rows without signal, 41 of another metric and 65 without transport', () => {
    const flaws = flawsOf(rows).flat();
    const count = (flaw: Flaw) => flaws.filter((found) => found === flaw).length;
    expect(count('no-signal')).toBe(44);
    expect(count('other-metric')).toBe(41);
    expect(count('no-mapping')).toBe(65);
  });

  it('has 1,099 clean rows of 993 pipelines; 636 and 549 for the headline student', () => {
    expect(clean).toHaveLength(1099);
    expect(averageRepeats(clean)).toHaveLength(993);
    expect(headline(clean)).toHaveLength(636);
    expect(averageRepeats(headline(clean))).toHaveLength(549);
  });

  it('has the known noise of equal runs', () => {
    const noise = repeatNoise(clean);
    expect(noise.get('qqp')).toMatchObject({ deviation: expect.closeTo(0.0043, 4), degrees: 14 });
    expect(noise.get('sst-2')).toMatchObject({ deviation: expect.closeTo(0.0045, 4), degrees: 10 });
    expect(noise.get('qnli')?.deviation).toBeCloseTo(0.0067, 4);
    expect(noise.get('mrpc')).toMatchObject({ deviation: expect.closeTo(0.0121, 4), degrees: 10 });
    expect(noise.get('rte')).toMatchObject({ deviation: expect.closeTo(0.031, 3), degrees: 2 });
    expect(noise.get('mnli')).toMatchObject({ deviation: expect.closeTo(0.026, 3), degrees: 1 });
    expect(noise.get('cola')).toMatchObject({ deviation: expect.closeTo(0.046, 3), degrees: 1 });
  });

  /** Number of pipelines, best, mean, and regret of 1, 5 and 10 drawn at random, with as many digits as expected. */
  function described(ratios: readonly number[], expected: string): string {
    const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
    const regrets = [1, 5, 10].map((k) => randomRegret(ratios, k));
    const digits = expected.split(' ').map((text) => text.length - 1 - text.indexOf('.'));
    const figures = [Math.max(...ratios), mean, ...regrets];
    return [ratios.length, ...figures.map((figure, i) => shown(figure, digits[i + 1]))].join(' ');
  }

  const shown = (figure: number, digits: number | undefined) =>
    figure.toFixed(digits).replace(/^0/, '');

  it.each([
    ['cola', '179 1.124 .547 .577 .208 .107', '78 .457 .343 .115 .053 .036'],
    ['mnli', '46 .991 .960 .030 .013 .009', '36 .972 .964 .0075 .0015 .0007'],
    ['mrpc', '178 1.018 .983 .036 .016 .011', '75 1.009 .994 .015 .0045 .0017'],
    ['qnli', '98 .999 .957 .043 .029 .023', '90 .972 .956 .0155 .0062 .0038'],
    ['qqp', '70 1.021 1.005 .016 .010 .007', '67 1.011 1.004 .0068 .0017 .0010'],
    ['rte', '261 1.166 .920 .246 .106 .076', '86 1.100 1.041 .058 .021 .012'],
    ['sst-2', '88 .983 .961 .022 .011 .008', '72 .976 .963 .013 .0068 .0047'],
    ['stsb', '73 1.009 .979 .030 .013 .010', '45 1.003 .990 .0126 .0084 .0067'],
  ])('leaves random choice on %s what is known', (task, all, headlined) => {
    const ratios = (of: readonly TableRow[]) =>
      averageRepeats(of.filter((row) => row.task === task)).map(({ ratio }) => ratio);
    expect(described(ratios(clean), all)).toBe(all);
    expect(described(ratios(headline(clean)), headlined)).toBe(headlined);
  });

  it.each<[string, (all: readonly TableRow[]) => readonly TableRow[], string]>([
    ['all, raw', (all) => all, '.156/.0517/.0322'],
    ['all, clean', cleanTable, '.1252/.0509/.0314'],
    ['headline, raw', headline, '.0647/.0137/.0089'],
    ['headline, clean', (all) => headline(cleanTable(all)), '.0304/.0129/.0083'],
  ])('leaves random choice the known regret: %s', (_, select, expected) => {
    const tasks = [...groupBy(averageRepeats(select(rows)), ({ task }) => task).values()];
    const regrets = [1, 5, 10].map((k) => {
      const sum = tasks.reduce(
        (total, of) =>
          total +
          randomRegret(
            of.map((o) => o.ratio),
            k,
          ),
        0,
      );
      return sum / tasks.length;
    });
    const digits = expected.split('/').map((text) => text.length - 1);
    expect(regrets.map((regret, i) => shown(regret, digits[i])).join('/')).toBe(expected);
  });
});
