import { fingerprint, writeFileAtomically, type Objective } from '@distiller/core';
import { labelsProgram, LABEL_TERM } from '../labels-program.js';
import { prepareStudent, studentTexts, type PreparedStudent } from '../prepare-student.js';
import type { Role } from '../result.js';
import { comparison, sizeOf, studentRow, teacherRow, type Compared } from '../result-rows.js';
import type { DistillationRunOptions } from '../run-distillation.js';
import { RunFolder } from '../run-folder.js';
import { runContext, type RunContext } from '../run-options.js';
import { stepCountsOf, type StepCounts } from '../train-model.js';
import { trainOnce, type TrainedModel } from '../train-once.js';
import { versions } from '../versions.js';
import { completeMultiTask, inTask, type MultiTask, type MultiTaskParts } from './multi-task.js';
import { scoreOf, type MultiTaskResult, type TaskOutcome } from './multi-task-result.js';
import { taskShares } from './sample-tasks.js';
import { assertOneEncoder, studentOf } from './shared-weights.js';
import { studentForAll } from './texts-of-all.js';
import {
  countSharedBatches,
  openSharedTraining,
  taskOrder,
  type TaskTraining,
} from './train-shared-student.js';

/**
 * Distils the teachers of several tasks into one student: an encoder for all, a head for each. Every batch is of one task, which is drawn;
 * the mean over the tasks of their selecting scores decides which weights are best. Compares the student with the teachers and
 * with a student that has none, trained for the same steps on the same tasks in the same order, from the same weights.
 *
 * Writes a whole student for each task (`student/NAME/`, Hugging Face layout; their encoders are equal), `metrics.jsonl`,
 * `result.json` and checkpoints into the folder. The parts stay the caller's: dispose of teachers and engine afterwards.
 *
 * @throws DistillerError `config` when the parts don't fit together, tasks can't share an encoder, or the folder holds another run;
 *   `cancelled` when the signal is aborted.
 */
export async function runMultiTask(
  parts: MultiTaskParts,
  options: DistillationRunOptions,
): Promise<MultiTaskResult> {
  return runCompleteMultiTask(completeMultiTask(parts), options);
}

/** The same for parts without gaps. */
export async function runCompleteMultiTask(
  parts: MultiTask,
  options: DistillationRunOptions,
): Promise<MultiTaskResult> {
  const context = runContext(options);
  const folder = await RunFolder.open(context.folder, context.resume, options.recipe);
  try {
    const run = await MultiTaskRun.prepare(parts, folder, context);
    const hasBaseline = parts.tasks.every(({ baseline }) => baseline);
    const baseline = hasBaseline ? await run.train('student-no-kd') : undefined;
    const distilled = await run.train('student-kd');
    const tasks = await run.outcomes(baseline, distilled);
    await run.save(distilled);
    const recipeHash = options.recipe === undefined ? undefined : fingerprint(options.recipe);
    const result = run.result(tasks, distilled, recipeHash);
    await writeFileAtomically(folder.result, `${JSON.stringify(result, null, 2)}\n`);
    return result;
  } finally {
    await folder.close();
  }
}

type PreparedTask = PreparedStudent &
  MultiTask['tasks'][number] & { readonly scoredOn: Compared['scoredOn'] };

class MultiTaskRun {
  private constructor(
    private readonly parts: MultiTask,
    private readonly tasks: readonly PreparedTask[],
    private readonly folder: RunFolder,
    private readonly context: RunContext,
    private readonly counts: StepCounts,
    /** Training texts of each task. */
    private readonly sizes: readonly number[],
    private readonly shares: readonly number[],
  ) {}

  static async prepare(
    parts: MultiTask,
    folder: RunFolder,
    context: RunContext,
  ): Promise<MultiTaskRun> {
    const all = parts.tasks.map(({ task }) => task);
    const tasks: PreparedTask[] = [];
    for (const member of parts.tasks) {
      const student = studentForAll(member.student, all);
      const prepared = await inTask(member.name, () =>
        prepareStudent({ ...member, student }, context),
      );
      const scoredOn = await prepared.splits.reported();
      tasks.push({ ...member, ...prepared, scoredOn });
    }
    assertOneEncoder(tasks);
    const plan = parts.training;
    const withTexts = tasks.map((task) => ({ ...task, texts: studentTexts(task, task) }));
    // The same for both students: counted over the texts that the distilled one reads.
    const counts = stepCountsOf(plan, countSharedBatches(withTexts, plan));
    const sizes = withTexts.map(({ texts }) =>
      texts.sources.reduce((sum, { examples }) => sum + new Set(examples).size, 0),
    );
    const shares = taskShares(sizes, parts.exponent);
    context.reporter.info(
      `Shares of the batches: ${tasks.map(({ name }, index) => `${name} ${(shares[index] ?? NaN).toFixed(3)}`).join(', ')}.`,
    );
    return new MultiTaskRun(parts, tasks, folder, context, counts, sizes, shares);
  }

  async train(role: Exclude<Role, 'teacher'>): Promise<TrainedModel> {
    const { parts, counts, shares, context } = this;
    return trainOnce(role, this.folder, context, async () =>
      openSharedTraining(
        {
          ...counts,
          engine: parts.engine,
          members: await Promise.all(
            this.tasks.map((task) =>
              role === 'student-kd' ? withTeacher(task) : withoutTeacher(task),
            ),
          ),
          shares,
          plan: parts.training,
          seed: parts.seed,
        },
        context,
      ),
    );
  }

  /** The rows of every task. */
  async outcomes(
    baseline: TrainedModel | undefined,
    distilled: TrainedModel,
  ): Promise<TaskOutcome[]> {
    const order = taskOrder({
      ...this.parts,
      ...this.counts,
      shares: this.shares,
      plan: this.parts.training,
    });
    const outcomes: TaskOutcome[] = [];
    for (const [index, prepared] of this.tasks.entries()) {
      const { name, task, model, splits, scoredOn } = prepared;
      const compared = { parts: prepared, splits, scoredOn, signal: this.context.signal };
      const row = (role: Exclude<Role, 'teacher'>, { weights, trainSeconds }: TrainedModel) =>
        studentRow(compared, role, model, { weights: studentOf(name, weights), trainSeconds });
      const rows = [
        await teacherRow(compared),
        ...(baseline ? [await row('student-no-kd', baseline)] : []),
        await row('student-kd', distilled),
      ];
      outcomes.push({
        name,
        task: task.name,
        metric: task.selects,
        scoredOn,
        texts: this.sizes[index] as number,
        share: this.shares[index] as number,
        batches: order.counts[index] as number,
        rows,
        ...comparison((role) => scoreOf(rows, task.selects, role)),
      });
    }
    return outcomes;
  }

  /** A whole student for each task. */
  async save({ weights }: TrainedModel): Promise<void> {
    for (const { name, model } of this.tasks)
      await model.save(this.folder.join('student', name), studentOf(name, weights));
  }

  result(
    tasks: readonly TaskOutcome[],
    distilled: TrainedModel,
    recipeHash: string | undefined,
  ): MultiTaskResult {
    const { name, engine, seed } = this.parts;
    const roles = tasks[0]?.rows.map(({ role }) => role) ?? [];
    const mean = Object.fromEntries(
      roles.map((role) => [
        role,
        tasks.reduce((sum, { rows, metric }) => sum + (scoreOf(rows, metric, role) ?? NaN), 0) /
          tasks.length,
      ]),
    ) as MultiTaskResult['mean'];
    return {
      name,
      engine: engine.name,
      seed,
      tasks,
      mean,
      ...comparison((role) => mean[role]),
      parameters: sizeOf(distilled),
      examplesPerSecond: distilled.examples / distilled.trainSeconds,
      steps: distilled.steps,
      ...(recipeHash === undefined ? {} : { recipeHash }),
      versions: versions(),
    };
  }
}

async function withTeacher(prepared: PreparedTask): Promise<TaskTraining> {
  const { name, task, model, program, teacher, splits } = prepared;
  const texts = studentTexts(prepared, prepared);
  const validation = await splits.get('validation');
  return { name, task, model, program, teacher, texts, validation };
}

async function withoutTeacher(prepared: PreparedTask): Promise<TaskTraining> {
  const { name, task, model, labelled, splits } = prepared;
  const objective = prepared.baseline as Objective;
  return {
    name,
    task,
    model,
    program: labelsProgram(model, prepared, objective, `${name}/${LABEL_TERM}`),
    texts: { sources: [labelled] },
    validation: await splits.get('validation'),
  };
}
