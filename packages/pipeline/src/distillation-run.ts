import { createRng, type HostTensors, type Objective, type TextModel } from '@distiller/core';
import type { Distillation, WeightedObjective } from './distillation.js';
import { scoreSplit } from './evaluate-model.js';
import { ModelEvaluation } from './model-evaluation.js';
import type { Scores } from './phase.js';
import { prepareStudent, type PreparedStudent } from './prepare-student.js';
import type { DistillResult, ResultRow, Role } from './result.js';
import type { RunFolder } from './run-folder.js';
import type { RunContext } from './run-options.js';
import { studentProgram, type StudentProgram } from './student-program.js';
import { stepCounts, trainModel, type TrainedModel } from './train-model.js';
import { versions } from './versions.js';

/** Number of parameters. */
export function sizeOf({ weights }: TextModel): number {
  return Object.values(weights).reduce((sum, { data }) => sum + data.length, 0);
}

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
    const { teacher, engine } = this.parts;
    const { description } = teacher;
    if (teacher.model && !teacher.members) {
      return this.row('teacher', teacher.model, 'teacher', undefined, 0);
    }
    const scores = await this.teacherScores(this.scoredOn);
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

  /** Asks the teacher as a training does: what it keeps is not computed again. */
  async teacherScores(split: 'test' | 'validation'): Promise<Scores> {
    const { teacher, task, training } = this.parts;
    return scoreSplit({
      task,
      encoded: await this.prepared.splits.get(split),
      leader: 'teacher',
      batchSize: training.batchSize,
      signal: this.context.signal,
      logits: async (batch) =>
        (await teacher.signals(batch, { logits: true, layers: [] }))[
          'logits'
        ] as HostTensors[string],
    });
  }

  /** Median milliseconds of the student for one text. */
  async studentLatency(): Promise<number> {
    const { engine, task } = this.parts;
    const encoded = await this.prepared.splits.get('validation');
    const evaluation = await ModelEvaluation.open(engine, this.model, task, 'student');
    try {
      return await evaluation.latency(encoded);
    } finally {
      await evaluation.dispose();
    }
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
