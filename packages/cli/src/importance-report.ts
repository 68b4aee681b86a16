import type {
  EffectKind,
  FactorDifferences,
  ImportanceOverTasks,
  LevelDifference,
} from '@distiller/search';
import { table } from './table.js';

/** What `distiller importance` found. */
export interface ImportanceFindings extends ImportanceOverTasks {
  /** Of each task, then of all together. */
  readonly differences: readonly DifferencesOfTrials[];
}

interface DifferencesOfTrials extends FactorDifferences {
  /** The task, or what else the trials are; empty when there is nothing to tell apart. */
  readonly of: string;
}

const TITLES: Readonly<Record<EffectKind, string>> = {
  main: 'factor',
  pairs: 'pair',
  stages: 'stage',
};

/** Tables of importances, a column a task, and of differences. */
export function importanceReport(
  found: ImportanceFindings,
  isWithPairs: boolean,
  isWithLevels = false,
): string {
  const kinds: EffectKind[] = ['main', ...(isWithPairs ? (['pairs'] as const) : []), 'stages'];
  const parts = kinds
    .filter((kind) => found.mean[kind].length > 0)
    .map((kind) => effectsTable(found, kind));
  const levels = isWithLevels ? [levelsTable(found)] : [];
  return [trialsLine(found), ...parts, ...levels, ...found.differences.map(differencesTable)].join(
    '\n',
  );
}

function trialsLine({ tasks }: ImportanceOverTasks): string {
  const counts = tasks.map(({ task, trials }) => `${task && `${task} `}${trials}`).join(', ');
  const silent = tasks.filter(({ trees }) => trees === 0).map(({ task }) => task || 'these trials');
  const note =
    silent.length === 0 ? '' : `The score depends on nothing here: ${silent.join(', ')}.\n`;
  return `Trials: ${counts}. Shares of the variance of the score over the space:\n${note}`;
}

function effectsTable({ tasks, mean }: ImportanceOverTasks, kind: EffectKind): string {
  const isOne = tasks.length === 1;
  const cell = (task: ImportanceOverTasks['tasks'][number], name: string): string => {
    const effect = task[kind].find((one) => one.name === name);
    if (effect === undefined) return '–';
    const share = effect.importance.toFixed(3);
    return isOne ? `${share} ± ${effect.deviation.toFixed(3)}` : share;
  };
  const byImportance = mean[kind].toSorted((a, b) => b.importance - a.importance);
  return table(
    [
      { title: TITLES[kind] },
      ...tasks.map(({ task }) => ({
        title: isOne ? `${task && `${task} `}± over trees` : task,
        align: 'right' as const,
      })),
      ...(isOne ? [] : [{ title: 'mean ± over tasks', align: 'right' as const }]),
    ],
    byImportance.map(({ name, importance, deviation }) => [
      name,
      ...tasks.map((task) => cell(task, name)),
      ...(isOne ? [] : [`${importance.toFixed(3)} ± ${deviation.toFixed(3)}`]),
    ]),
  );
}

/** Expected gains of levels over the mean of the space, best first within a factor. */
function levelsTable({ tasks, mean }: ImportanceOverTasks): string {
  const isOne = tasks.length === 1;
  return (
    'expected score at a level, less the mean over the space:\n' +
    table(
      [
        { title: 'factor' },
        { title: 'level' },
        ...tasks.map(({ task }) => ({
          title: isOne ? `${task && `${task} `}± over trees` : task,
          align: 'right' as const,
        })),
        ...(isOne ? [] : [{ title: 'mean ± over tasks', align: 'right' as const }]),
      ],
      mean.levels.map(({ factor, level, gain, deviation }) => [
        factor,
        level,
        ...tasks.map(({ levels }) => {
          const own = levels.find((one) => one.factor === factor && one.level === level);
          if (own === undefined) return '–';
          return isOne ? gainText(own.gain, own.deviation) : signed(own.gain);
        }),
        ...(isOne ? [] : [gainText(gain, deviation)]),
      ]),
    )
  );
}

function differencesTable(differences: DifferencesOfTrials): string {
  const { of, factor, reference, confidence, levels } = differences;
  const title = `${of && `${of}: `}gain over ${factor} = ${reference} with everything else equal:\n`;
  return (
    title +
    table(
      [
        { title: factor },
        { title: 'pairs', align: 'right' },
        { title: 'mean', align: 'right' },
        { title: `${Number((confidence * 100).toFixed(2))} % interval`, align: 'right' },
      ],
      levels.map((level) => [
        level.level,
        String(level.pairs),
        level.mean === undefined ? '–' : signed(level.mean),
        intervalText(level),
      ]),
    )
  );
}

function intervalText({ interval }: LevelDifference): string {
  return interval === undefined ? '–' : `${signed(interval[0])} … ${signed(interval[1])}`;
}

function gainText(gain: number, deviation: number): string {
  return `${signed(gain)} ± ${deviation.toFixed(4)}`;
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`;
}
