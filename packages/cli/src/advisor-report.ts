import type { Contender, LeaveOneTaskOut, RandomChoice, RankingScores } from '@distiller/advisor';
import { table } from './table.js';

/** A leave-one-task-out evaluation as tables: contenders, then tasks of the first, then what it chose. */
export function evaluationTables({ contenders, chosen }: LeaveOneTaskOut): string {
  const parts = [contenderTable('All pipelines of each task', contenders, ({ all }) => all.mean)];
  if (contenders.every(({ setting }) => setting !== undefined)) {
    parts.push(
      contenderTable(
        'Pipelines of the asked teacher and student only; the predictors are the same',
        contenders,
        ({ setting }) => setting?.mean as RankingScores,
      ),
    );
  }
  const [stack] = contenders;
  if (stack) parts.push(taskTable(stack));
  const choices = Object.entries(chosen).map(([task, learners]) => [
    task,
    learners.map(({ name, weight }) => `${weight.toFixed(2)} × ${name}`).join('; '),
  ]);
  if (choices.length > 0) {
    parts.push(
      `What the stack chose without each task\n${table([{ title: 'task' }, { title: 'weights' }], choices)}`,
    );
  }
  return parts.join('\n');
}

function contenderTable(
  title: string,
  contenders: readonly Contender[],
  pick: (contender: Contender) => RankingScores,
): string {
  const rows = contenders.map((contender) => [contender.name, ...cells(pick(contender))]);
  return `${title}\n${table([{ title: 'predictor' }, ...COLUMNS], rows)}`;
}

function taskTable({ name, all, setting }: Contender): string {
  const rows = Object.entries(all.tasks).map(([task, scores]) => {
    const within = setting?.tasks[task];
    return [task, ...cells(scores), ...(within ? cells(within) : [])];
  });
  const columns = setting ? [...COLUMNS, ...COLUMNS] : COLUMNS;
  return `The ${name} by task${setting ? ', all pipelines and then those of the asked models' : ''}\n${table([{ title: 'task' }, ...columns], rows)}`;
}

const COLUMNS = ['spearman', 'regret@1', '@5', '@10', 'lift@5'].map((title) => ({
  title,
  align: 'right' as const,
}));

function cells({ spearman, regret, lift }: RankingScores): string[] {
  return [
    spearman.toFixed(3),
    ...[regret[1], regret[5], regret[10], lift].map((x) => x.toFixed(4)),
  ];
}

/** Random choice among some pipelines. */
export interface NamedChoice extends RandomChoice {
  readonly rows: string;
}

/** Random choice by task and on average, as tables. */
export function randomChoiceTables(choices: readonly NamedChoice[]): string {
  return choices
    .map(({ rows, tasks, regret, pipelines }) => {
      const lines = Object.entries(tasks).map(([task, { n, best, mean, regret: of }]) => [
        task,
        String(n),
        ...[best, mean].map((x) => x.toFixed(3)),
        ...[of[1], of[5], of[10]].map((x) => x.toFixed(4)),
      ]);
      lines.push([
        'mean',
        String(pipelines),
        '',
        '',
        ...[1, 5, 10].map((k) => regret[k as 1].toFixed(4)),
      ]);
      const titles = ['pipelines', 'best', 'mean', 'regret@1', '@5', '@10'];
      const columns = titles.map((title) => ({ title, align: 'right' as const }));
      return `Random choice, ${rows}\n${table([{ title: 'task' }, ...columns], lines)}`;
    })
    .join('\n');
}
