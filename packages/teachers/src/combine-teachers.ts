import {
  DistillerError,
  fingerprint,
  type Batch,
  type HostTensor,
  type Teacher,
} from '@distiller/core';
import { combinedLogits, type Combination } from './combined-logits.js';
import { encodeBatch, rowsOf } from './encode-batch.js';

export interface EnsembleOptions {
  /** Of each teacher; all the same by default. Their sum is scaled to 1. */
  readonly weights?: readonly number[] | undefined;
  /** What is averaged; default logits. */
  readonly combine?: Combination | undefined;
  /** The teacher whose layers the student may learn from, counted from 0; none by default. */
  readonly layersFrom?: number | undefined;
}

/**
 * Teachers of one task as one: their weighted mean. It disposes of them.
 *
 * Each member reads the texts through its own tokenizer. The student may share the tokenizer and copy the layers of the
 * member of `layersFrom`, else of the first.
 *
 * @throws DistillerError `config` when their classes differ, or there are not as many positive weights.
 */
export function ensembleTeacher(
  teachers: readonly Teacher[],
  { weights, combine = 'logits', layersFrom }: EnsembleOptions = {},
): Teacher {
  const shares = sharesOf(teachers, weights);
  assertSameClasses(teachers);
  const lead = teachers[layersFrom ?? 0];
  if (!lead) {
    throw new DistillerError(
      'config',
      `teacher ensemble: layersFrom is ${layersFrom}, but its ${teachers.length} models are 0 to ${teachers.length - 1}.`,
    );
  }
  const { model, tokenizer, description } = lead;
  const own = model?.tokenizer ?? tokenizer;
  const members = teachers.flatMap((teacher) => teacher.members ?? teacher.model ?? []);
  return {
    description: {
      ...description,
      architecture: `ensemble of ${teachers.length}`,
      provides: layersFrom === undefined ? ['logits'] : description.provides,
    },
    members,
    ...(model && { model }),
    ...(own && { tokenizer: own }),
    keepsSignals: teachers.some(({ keepsSignals }) => keepsSignals),
    get fingerprint() {
      const settings = JSON.stringify({ shares, combine, layersFrom: layersFrom ?? null });
      return fingerprint('ensemble', settings, ...teachers.map((teacher) => teacher.fingerprint));
    },
    async signals(batch, needs) {
      if (!needs.logits) return lead.signals(batch, needs);
      const answers: HostTensor[] = [];
      let layers = {};
      for (const teacher of teachers) {
        const { logits, ...rest } = await teacher.signals(batchFor(teacher, lead, batch), {
          logits: true,
          layers: teacher === lead ? needs.layers : [],
        });
        answers.push(logits as HostTensor);
        if (teacher === lead) layers = rest;
      }
      return { logits: combinedLogits(answers, shares, combine), ...layers };
    },
    statistics() {
      const all = teachers.map((teacher) => teacher.statistics());
      return {
        computed: all.reduce((sum, { computed }) => sum + computed, 0),
        cached: all.reduce((sum, { cached }) => sum + cached, 0),
      };
    },
    assertKnows: (examples) => teachers.forEach((teacher) => teacher.assertKnows?.(examples)),
    async dispose() {
      for (const teacher of teachers) await teacher.dispose();
    },
  };
}

/** The batch as it is where both read alike, else encoded anew. */
function batchFor(teacher: Teacher, lead: Teacher, batch: Batch): Batch {
  const [own, theirs] = [teacher, lead].map((one) => one.model?.tokenizer ?? one.tokenizer);
  if (!own || own.fingerprint === theirs?.fingerprint) return batch;
  const encoding = encodeBatch(batch, own, rowsOf(batch), teacher.description.maxLength);
  return { ...batch, encodings: { ...batch.encodings, teacher: encoding } };
}

function sharesOf(teachers: readonly Teacher[], given?: readonly number[]): readonly number[] {
  const weights = given ?? teachers.map(() => 1);
  const isFit = weights.length === teachers.length && weights.every((weight) => weight > 0);
  if (!isFit || teachers.length === 0) {
    throw new DistillerError(
      'config',
      `teacher ensemble: the weights are ${weights.join(', ') || 'none'} for ${teachers.length} models; give a positive one for each.`,
    );
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

function assertSameClasses(teachers: readonly Teacher[]): void {
  const [first, ...others] = teachers.map(({ description }) => description);
  for (const [index, other] of others.entries()) {
    const isNamedAlike =
      !first?.labels || !other.labels || String(first.labels) === String(other.labels);
    if (first?.outputs === other.outputs && isNamedAlike) continue;
    const say = (one = first) => one?.labels?.join(', ') ?? `${one?.outputs} without names`;
    throw new DistillerError(
      'config',
      `teacher ensemble: the classes of model 0 are ${say()}, of model ${index + 1} ${say(other)}. An ensemble needs models of one task, with their classes in one order.`,
    );
  }
}
