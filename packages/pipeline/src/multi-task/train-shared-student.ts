import { createRng, type Engine, type Task, type Teacher, type TextModel } from '@distiller/core';
import type { EncodedExamples } from '@distiller/data';
import type { TrainingPlan } from '../distillation.js';
import { ModelEvaluation } from '../model-evaluation.js';
import type { Scores } from '../phase.js';
import type { RunContext } from '../run-options.js';
import { hostInputs, stepInputs } from '../step-inputs.js';
import type { StudentProgram } from '../student-program.js';
import type { StepCounts } from '../train-model.js';
import type { OpenPhase } from '../train-once.js';
import { countBatches, trainingSource, type TrainingTexts } from '../training-source.js';
import { sampleTasks, type SampledTasks } from './sample-tasks.js';
import { sharedFeedback } from './shared-feedback.js';
import { sharedProgram, taskMark } from './shared-program.js';
import { sharedWeights, studentOf, studentsOf } from './shared-weights.js';

/** What a student learns of one task. */
export interface TaskTraining {
  readonly name: string;
  readonly task: Task;
  readonly model: TextModel;
  /** The names of its terms begin with that of the task. */
  readonly program: StudentProgram;
  /** Absent when the student learns from labels alone. */
  readonly teacher?: Teacher | undefined;
  readonly texts: TrainingTexts;
  readonly validation: EncodedExamples;
}

export interface SharedTraining extends StepCounts {
  readonly engine: Engine;
  readonly members: readonly TaskTraining[];
  /** Probability of each task. */
  readonly shares: readonly number[];
  readonly plan: TrainingPlan;
  readonly seed: number;
}

/** The score that selects: the mean over the tasks of the metric that selects on each. */
export const MEAN = 'mean';

/** Scores of all tasks under `TASK/METRIC`, and their mean. */
export function joinScores(
  all: readonly {
    readonly name: string;
    readonly task: Pick<Task, 'selects'>;
    readonly scores: Scores;
  }[],
): Scores {
  const own = all.flatMap(({ name, scores }) =>
    Object.entries(scores).map(([metric, score]) => [`${name}/${metric}`, score] as const),
  );
  const sum = all.reduce((total, { task, scores }) => total + (scores[task.selects] ?? NaN), 0);
  return { ...Object.fromEntries(own), [MEAN]: sum / all.length };
}

/** Whose batch each is: a function of the seed and the batch's number, the same with and without a teacher. */
export function taskOrder({
  shares,
  plan,
  seed,
  totalSteps,
}: Pick<SharedTraining, 'shares' | 'plan' | 'seed' | 'totalSteps'>): SampledTasks {
  const rng = createRng(seed).derive('multi-task');
  return sampleTasks(shares, totalSteps * plan.accumulate, rng);
}

/** One student on batches of several tasks. */
export async function openSharedTraining(
  training: SharedTraining,
  { signal }: RunContext,
): Promise<OpenPhase> {
  const { engine, plan, seed, totalSteps } = training;
  const order = taskOrder(training);
  const members = await Promise.all(
    training.members.map(async (member, index) => ({
      ...member,
      evaluation: await ModelEvaluation.open(engine, member.model, member.task, 'student'),
      batches: trainingSource(
        member.texts,
        plan,
        member.task,
        seed,
        order.counts[index] as number,
        signal,
      ),
    })),
  );
  const feedback = sharedFeedback(members, engine);
  const batchesPerEpoch = members.reduce((sum, { batches }) => sum + batches.batchesPerEpoch, 0);
  const inputsAt = async (step: number, index: number) => {
    const member = members[order.tasks[index] as number] as (typeof members)[number];
    const batch = await member.batches.at(order.places[index] as number);
    return {
      ...(await stepInputs(batch, member.program, member.teacher)),
      ...hostInputs(member.program, step, totalSteps),
      ...taskMark(member.name),
    };
  };
  return {
    phase: {
      engine,
      program: sharedProgram(members),
      weights: sharedWeights(members),
      plan,
      seed,
      totalSteps,
      stepsPerEvaluation: training.stepsPerEvaluation,
      stepsPerEpoch: batchesPerEpoch / plan.accumulate,
      batches: (step) =>
        Promise.all(
          Array.from({ length: plan.accumulate }, (_, k) =>
            inputsAt(step, step * plan.accumulate + k),
          ),
        ),
      async evaluate(weights) {
        const all = [];
        for (const { name, task, evaluation, validation } of members)
          all.push({
            name,
            task,
            scores: await evaluation.score(validation, studentOf(name, weights)),
          });
        return joinScores(all);
      },
      feedback,
      selects: MEAN,
    },
    kept: (weights) => studentsOf(members, weights),
    async dispose() {
      await feedback?.dispose();
      for (const { batches, evaluation } of members) {
        await batches.dispose();
        await evaluation.dispose();
      }
    },
  };
}

/** Batches in an epoch: those of all tasks. */
export function countSharedBatches(
  members: readonly Pick<TaskTraining, 'task' | 'texts'>[],
  plan: TrainingPlan,
): number {
  return members.reduce((sum, { task, texts }) => sum + countBatches(texts, plan, task), 0);
}
