import { fingerprint, writeFileAtomically, type Objective, type TextModel } from '@distiller/core';
import { completeDistillation } from './complete-distillation.js';
import type { Distillation, DistillationParts } from './distillation.js';
import { labelsProgram } from './labels-program.js';
import type { DistillResult, ResultRow, Role } from './result.js';
import { comparison, studentRow, teacherRow, type Compared } from './result-rows.js';
import { RunFolder } from './run-folder.js';
import { runContext, type RunContext, type RunOptions } from './run-options.js';
import { prepareStudent, studentTexts, type PreparedStudent } from './prepare-student.js';
import { stepCounts, trainModel } from './train-model.js';
import type { TrainedModel } from './train-once.js';
import { versions } from './versions.js';

/** Where a composed pipeline runs. */
export type DistillationRunOptions = Pick<
  RunOptions,
  'folder' | 'resume' | 'reporter' | 'signal'
> & {
  /** The resolved recipe behind the parts, if there is one; kept beside the results. */
  readonly recipe?: string;
};

/**
 * Distils a teacher into a student and compares three models: the teacher, the student trained on the labels alone,
 * and the student trained with the teacher; the two students with the same steps, seed and initial weights.
 *
 * The parts are what `distill` builds from a recipe, or what code composes; what is left out has the default of a recipe.
 * Writes the student (`student/`, Hugging Face layout), `metrics.jsonl`, `result.json` and checkpoints into the folder.
 * The parts stay the caller's: dispose of teacher and engine afterwards.
 *
 * @throws DistillerError `config` when the parts don't fit together or the folder holds another run, `cancelled` when the
 *   signal is aborted.
 */
export async function runDistillation(
  parts: DistillationParts,
  options: DistillationRunOptions,
): Promise<DistillResult> {
  const distillation = completeDistillation(parts);
  const context = runContext(options);
  const folder = await RunFolder.open(context.folder, context.resume, options.recipe);
  try {
    const run = await DistillationRun.prepare(distillation, folder, context);
    const baseline = distillation.baseline
      ? await run.train('student-no-kd', distillation.baseline)
      : undefined;
    const distilled = await run.train('student-kd');
    const rows = [
      await run.teacherRow(),
      ...(baseline ? [await run.studentRow('student-no-kd', baseline)] : []),
      await run.studentRow('student-kd', distilled),
    ];
    await run.model.save(folder.join('student'), distilled.weights);
    const recipeHash = options.recipe === undefined ? undefined : fingerprint(options.recipe);
    const result = run.result(rows, distilled, recipeHash);
    await writeFileAtomically(folder.result, `${JSON.stringify(result, null, 2)}\n`);
    return result;
  } finally {
    await folder.close();
  }
}

class DistillationRun {
  private constructor(
    private readonly parts: Distillation,
    private readonly folder: RunFolder,
    private readonly context: RunContext,
    private readonly prepared: PreparedStudent,
    private readonly scoredOn: 'test' | 'validation',
  ) {}

  static async prepare(
    parts: Distillation,
    folder: RunFolder,
    context: RunContext,
  ): Promise<DistillationRun> {
    const prepared = await prepareStudent(parts, context);
    return new DistillationRun(parts, folder, context, prepared, await prepared.splits.reported());
  }

  get model(): TextModel {
    return this.prepared.model;
  }

  /** @param labels what the student learns from instead of the teacher. */
  async train(role: 'student-kd' | 'student-no-kd', labels?: Objective): Promise<TrainedModel> {
    const { parts, prepared } = this;
    const { model, program, splits, labelled } = prepared;
    const texts = studentTexts(prepared, parts);
    return trainModel(
      {
        role,
        engine: parts.engine,
        task: parts.task,
        model,
        program: labels ? labelsProgram(model, parts, labels) : program,
        teacher: labels ? undefined : parts.teacher,
        plan: parts.training,
        seed: parts.seed,
        ...(labels ? { sources: [labelled] } : texts),
        validation: await splits.get('validation'),
        // The same for both students: counted over the texts that the distilled one reads.
        ...stepCounts(parts.training, parts.task, texts),
      },
      this.folder,
      this.context,
    );
  }

  teacherRow(): Promise<ResultRow> {
    return teacherRow(this.compared());
  }

  studentRow(role: 'student-kd' | 'student-no-kd', trained: TrainedModel): Promise<ResultRow> {
    return studentRow(this.compared(), role, this.model, trained);
  }

  private compared(): Compared {
    const { parts, scoredOn, context } = this;
    return { parts, splits: this.prepared.splits, scoredOn, signal: context.signal };
  }

  result(
    rows: readonly ResultRow[],
    distilled: TrainedModel,
    recipeHash: string | undefined,
  ): DistillResult {
    const { name, task, engine, seed } = this.parts;
    const score = (role: Role) => rows.find((row) => row.role === role)?.scores[task.selects];
    return {
      name,
      task: task.name,
      metric: task.selects,
      scoredOn: this.scoredOn,
      engine: engine.name,
      seed,
      rows,
      ...comparison(score),
      examplesPerSecond: distilled.examples / distilled.trainSeconds,
      steps: distilled.steps,
      ...(recipeHash === undefined ? {} : { recipeHash }),
      versions: versions(),
    };
  }
}
