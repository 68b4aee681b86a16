import {
  createRng,
  fingerprint,
  writeFileAtomically,
  type HostTensors,
  type Objective,
  type TextModel,
} from '@distiller/core';
import { completeDistillation } from './complete-distillation.js';
import type { Distillation, DistillationParts, WeightedObjective } from './distillation.js';
import { scoreSplit } from './evaluate-model.js';
import { ModelEvaluation } from './model-evaluation.js';
import type { Scores } from './phase.js';
import type { DistillResult, ResultRow, Role } from './result.js';
import { RunFolder } from './run-folder.js';
import { runContext, type RunContext, type RunOptions } from './run-options.js';
import { prepareStudent, type PreparedStudent } from './prepare-student.js';
import { studentProgram, type StudentProgram } from './student-program.js';
import { stepCounts, trainModel, type TrainedModel } from './train-model.js';
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

/** Number of parameters. */
function sizeOf({ weights }: TextModel): number {
  return Object.values(weights).reduce((sum, { data }) => sum + data.length, 0);
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
    const { parts } = this;
    const { model, program, splits, labelled, transfer } = this.prepared;
    const texts = {
      sources: [labelled, ...transfer],
      augmentation: parts.augmentation,
      encode: (examples: Parameters<typeof splits.encodeTexts>[0]) => splits.encodeTexts(examples),
      mixup: parts.mixup,
    };
    return trainModel(
      {
        role,
        engine: parts.engine,
        task: parts.task,
        model,
        program: labels ? this.labelsOnly(labels) : program,
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

  private labelsOnly(objective: Objective): StudentProgram {
    const objectives: WeightedObjective[] = [{ name: 'hard-label', weight: 1, objective }];
    return studentProgram({
      model: this.model,
      kind: this.parts.task.kind,
      objectives,
      intermediate: [],
      rng: createRng(this.parts.seed),
    });
  }

  async teacherRow(): Promise<ResultRow> {
    const { teacher, task, engine } = this.parts;
    const encoded = await this.prepared.splits.get(this.scoredOn);
    const { description } = teacher;
    if (teacher.model && !teacher.members) {
      return this.row('teacher', teacher.model, 'teacher', undefined, 0);
    }
    const scores = await scoreSplit({
      task,
      encoded,
      leader: 'teacher',
      batchSize: this.parts.training.batchSize,
      signal: this.context.signal,
      logits: async (batch) =>
        (await teacher.signals(batch, { logits: true, layers: [] }))[
          'logits'
        ] as HostTensors[string],
    });
    const parameters = (teacher.members ?? []).reduce((sum, model) => sum + sizeOf(model), 0);
    return {
      role: 'teacher',
      model: `${description.architecture} on ${engine.name}`,
      parameters,
      bytes: parameters * Float32Array.BYTES_PER_ELEMENT,
      scores,
      latencyMs: 0,
      trainSeconds: 0,
    };
  }

  async studentRow(
    role: 'student-kd' | 'student-no-kd',
    trained: TrainedModel,
  ): Promise<ResultRow> {
    return this.row(role, this.model, 'student', trained, trained.trainSeconds);
  }

  private async row(
    role: Role,
    model: TextModel,
    reads: 'teacher' | 'student',
    trained: TrainedModel | undefined,
    trainSeconds: number,
  ): Promise<ResultRow> {
    const { engine, task } = this.parts;
    const encoded = await this.prepared.splits.get(this.scoredOn);
    const evaluation = await ModelEvaluation.open(engine, model, task, reads, this.context.signal);
    try {
      const scores: Scores = await evaluation.score(encoded, trained?.weights);
      const parameters = sizeOf(model);
      const { architecture, layers, hiddenSize } = model.description;
      return {
        role,
        model: `${architecture} ${layers}×${hiddenSize}`,
        parameters,
        bytes: parameters * Float32Array.BYTES_PER_ELEMENT,
        scores,
        latencyMs: await evaluation.latency(encoded),
        trainSeconds,
      };
    } finally {
      await evaluation.dispose();
    }
  }

  result(
    rows: readonly ResultRow[],
    distilled: TrainedModel,
    recipeHash: string | undefined,
  ): DistillResult {
    const { name, task, engine, seed } = this.parts;
    const score = (role: Role) => rows.find((row) => row.role === role)?.scores[task.selects];
    const [teacher, without, withTeacher] = [
      score('teacher'),
      score('student-no-kd'),
      score('student-kd'),
    ];
    return {
      name,
      task: task.name,
      metric: task.selects,
      scoredOn: this.scoredOn,
      engine: engine.name,
      seed,
      rows,
      retained: (withTeacher ?? NaN) / (teacher ?? NaN),
      ...(without === undefined ? {} : { gain: (withTeacher ?? NaN) - without }),
      examplesPerSecond: distilled.examples / distilled.trainSeconds,
      steps: distilled.steps,
      ...(recipeHash === undefined ? {} : { recipeHash }),
      versions: versions(),
    };
  }
}
