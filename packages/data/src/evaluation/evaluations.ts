import {
  DistillerError,
  type CharacterSpan,
  type TaskEvaluation,
  type TaskKind,
} from '@distiller/core';
import { scoreAnswer } from '../metrics/answers.js';
import { EntityCounts, ENTITY_METRICS, OUTSIDE } from '../metrics/entities.js';
import { exactMatch, f1MacroOfSets, f1Micro, type LabelSets } from '../metrics/label-sets.js';
import { metricNames, scorePredictions } from '../metrics/score-predictions.js';
import { AnswerCollector, bestText } from './decode-answers.js';
import { decodeWords } from './decode-words.js';
import { labelOf, TextLogits } from './text-evaluation.js';

/** What an evaluation has to know of its task. */
export interface EvaluatedTask {
  readonly name: string;
  readonly kind: TaskKind;
  readonly labels: readonly string[];
  readonly outputs: number;
  /** For spans: '' is the answer when its score exceeds the best other one by more than this; never when absent. */
  readonly nullThreshold?: number | undefined;
}

const FOR_SETS: Readonly<Record<string, (sets: LabelSets) => number>> = {
  'f1-micro': f1Micro,
  'f1-macro': f1MacroOfSets,
  'exact-match': exactMatch,
};

/** Names of the metrics of a task, the one that selects by default first. */
export function metricsOfTask({
  kind,
  outputs,
}: Pick<EvaluatedTask, 'kind' | 'outputs'>): readonly string[] {
  switch (kind) {
    case 'multi-label':
      return Object.keys(FOR_SETS);
    case 'token-classification':
      return ENTITY_METRICS;
    case 'span':
      return ['f1', 'exact-match'];
    default:
      return metricNames(kind, outputs);
  }
}

/** A new evaluation of a task of any kind. */
export function evaluationOf(task: EvaluatedTask): TaskEvaluation {
  switch (task.kind) {
    case 'multi-label':
      return labelSetEvaluation(task);
    case 'token-classification':
      return wordEvaluation(task);
    case 'span':
      return answerEvaluation(task);
    default:
      return rowEvaluation(task);
  }
}

function rowEvaluation({ name, kind, outputs }: EvaluatedTask): TaskEvaluation {
  const seen = new TextLogits(name, outputs);
  return {
    add: (batch, logits) => seen.add(batch, logits),
    scores: () =>
      scorePredictions(
        kind,
        outputs,
        seen.logits,
        Float32Array.from(seen.labels as readonly number[]),
      ),
  };
}

/** A label is predicted where its sigmoid exceeds ½, so where its logit is positive. */
function labelSetEvaluation({ name, outputs }: EvaluatedTask): TaskEvaluation {
  const seen = new TextLogits(name, outputs);
  return {
    add: (batch, logits) => seen.add(batch, logits),
    scores() {
      assertAny(seen.labels.length);
      const truth = new Uint8Array(seen.labels.length * outputs);
      seen.labels.forEach((ids, row) => {
        for (const id of ids as readonly number[]) truth[row * outputs + id] = 1;
      });
      const predicted = Uint8Array.from(seen.logits, (logit) => (logit > 0 ? 1 : 0));
      const sets = { predicted, truth, classes: outputs };
      return Object.fromEntries(
        Object.entries(FOR_SETS).map(([metric, score]) => [metric, score(sets)]),
      );
    },
  };
}

/** A word without a prediction, because it was cut off, counts as outside of every entity. */
function wordEvaluation({ name, labels }: EvaluatedTask): TaskEvaluation {
  const counts = new EntityCounts();
  const tag = (id: number | undefined) => (id === undefined ? OUTSIDE : (labels[id] ?? OUTSIDE));
  let sentences = 0;
  return {
    add(batch, logits) {
      decodeWords(batch, logits).forEach((words, row) => {
        const truth = labelOf(batch.examples[row] as never, name) as readonly number[];
        counts.add(
          words.map((word) => tag(word?.id)),
          truth.map(tag),
        );
        sentences++;
      });
    },
    scores() {
      assertAny(sentences);
      return counts.scores();
    },
  };
}

function answerEvaluation({ name, nullThreshold }: EvaluatedTask): TaskEvaluation {
  const collector = new AnswerCollector();
  return {
    add: (batch, logits) => collector.add(batch, logits),
    scores() {
      const scores = collector.answers().map((answer) => {
        const { example, candidates, nullScore } = answer;
        const accepted = labelOf(example, name) as readonly CharacterSpan[];
        const isNull =
          nullThreshold !== undefined &&
          nullScore - (candidates[0]?.score ?? -Infinity) > nullThreshold;
        return scoreAnswer(
          isNull ? '' : bestText(answer),
          accepted.map(({ start, end }) => (example.texts[1] ?? '').slice(start, end)),
        );
      });
      assertAny(scores.length);
      const mean = (of: (score: (typeof scores)[number]) => number) =>
        scores.reduce((sum, score) => sum + of(score), 0) / scores.length;
      return { f1: mean(({ f1 }) => f1), 'exact-match': mean(({ exact }) => exact) };
    },
  };
}

function assertAny(count: number): void {
  if (count > 0) return;
  throw new DistillerError('input', 'There are no predictions to score; the split is empty.');
}
