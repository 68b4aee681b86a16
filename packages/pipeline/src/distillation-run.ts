import type { Objective, TextModel } from '@distiller/core';
import type { Distillation } from './distillation.js';
import { labelsProgram } from './labels-program.js';
import { ModelEvaluation } from './model-evaluation.js';
import type { Scores } from './phase.js';
import { prepareStudent, studentTexts, type PreparedStudent } from './prepare-student.js';
import type { DistillResult, ResultRow, Role } from './result.js';
import { comparison, studentRow, teacherRow, teacherScores, type Compared } from './result-rows.js';
import type { RunFolder } from './run-folder.js';
import type { RunContext } from './run-options.js';
import { stepCounts, trainModel } from './train-model.js';
import type { TrainedModel } from './train-once.js';
import { versions } from './versions.js';

/** A distillation that is going on in a folder: its trainings and the measurements of its models. */
export class DistillationRun {
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

  /** Asks the teacher as a training does: what it keeps is not computed again. */
  async teacherScores(split: 'test' | 'validation'): Promise<Scores> {
    return teacherScores({ ...this.compared(), scoredOn: split });
  }

  /** Median milliseconds of the student for one text. */
  async studentLatency(): Promise<number> {
    const { engine, task } = this.parts;
    const { signal } = this.context;
    const encoded = await this.prepared.splits.get('validation');
    const evaluation = await ModelEvaluation.open(engine, this.model, task, 'student', signal);
    try {
      return await evaluation.latency(encoded);
    } finally {
      await evaluation.dispose();
    }
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
