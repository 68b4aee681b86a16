import { deepStrictEqual, ok, strictEqual } from 'node:assert';
import {
  DistillerError,
  isTokenFeature,
  LAYER_FEATURES,
  signalName,
  type Batch,
  type Example,
  type HostTensor,
  type HostTensors,
  type LayerSignal,
  type SignalNeeds,
  type Teacher,
  type Texts,
  type TokenizerModel,
} from '@distiller/core';
import * as tf from '@tensorflow/tfjs';
import { assertNear } from './assert-near.js';
import { assertRefusal } from './assert-refusal.js';
import type { Check } from './check.js';
import { encodedTexts } from './encoded-texts.js';

export interface TeacherSubject {
  /** A teacher of a task whose predictions are a row of logits a text. */
  open(): Promise<Teacher>;
  /** Examples that it can answer, of different lengths; two at least. */
  readonly examples: readonly Example[];
  /** The student's, for a teacher without a tokenizer. */
  readonly tokenizer?: TokenizerModel;
}

const LOGITS: SignalNeeds = { logits: true, layers: [] };

/** Promises of `Teacher`. */
export const teacherChecks: readonly Check<TeacherSubject>[] = [
  {
    name: 'gives what is asked for and nothing else, in the shapes of its description',
    run: (subject) =>
      using(subject, async (teacher) => {
        const { description } = teacher;
        const layers = lastLayers(teacher);
        const batch = batchOf(subject, teacher, subject.examples);
        const length = batch.encodings['teacher']?.['ids']?.shape[1];
        const count = subject.examples.length;
        const nothing = await teacher.signals(batch, { logits: false, layers: [] });
        deepStrictEqual(nothing, {});
        const all = await teacher.signals(batch, { logits: true, layers });
        deepStrictEqual(Object.keys(all).sort(), ['logits', ...layers.map(signalName)].sort());
        deepStrictEqual(all['logits']?.shape, [count, description.outputs]);
        for (const signal of layers) {
          const shape = isTokenFeature(signal.feature)
            ? [count, length, description.hiddenSize]
            : [count, description.heads, length, length];
          deepStrictEqual(all[signalName(signal)]?.shape, shape, signalName(signal));
        }
        for (const [name, { data }] of Object.entries(all))
          ok(data.every(Number.isFinite), `${name} is not finite everywhere`);
      }),
  },
  {
    name: 'says the same of the same text',
    run: (subject) =>
      using(subject, async (teacher) => {
        const [first] = subject.examples as [Example];
        const batch = batchOf(subject, teacher, [first, ...subject.examples, first]);
        const before = await teacher.signals(batch, LOGITS);
        const rows = rowsOf(before);
        assertNear('the same text in another row', rows[1] ?? [], rows[0] ?? []);
        assertNear('the same text in the last row', rows.at(-1) ?? [], rows[0] ?? []);
        deepStrictEqual(await teacher.signals(batch, LOGITS), before, 'asked again');
      }),
  },
  {
    name: 'heeds neither padding nor neighbours',
    run: (subject) =>
      using(subject, async (teacher) => {
        const { examples } = subject;
        const all = rowsOf(await teacher.signals(batchOf(subject, teacher, examples), LOGITS));
        for (const [row, example] of examples.entries()) {
          const batch = batchOf(subject, teacher, [example], 3);
          const [alone] = rowsOf(await teacher.signals(batch, LOGITS));
          assertNear(`text ${row} alone beside padding`, alone ?? [], all[row] ?? []);
        }
      }),
  },
  {
    name: 'answers batches with more rows than examples',
    run: (subject) =>
      using(subject, async (teacher) => {
        const whole = batchOf(subject, teacher, subject.examples);
        const all = await teacher.signals(whole, LOGITS);
        const batch = { ...whole, examples: subject.examples.slice(0, 1) };
        const cut = await teacher.signals(batch, LOGITS);
        deepStrictEqual(cut['logits']?.shape, all['logits']?.shape);
        assertNear('the first row', rowsOf(cut)[0] ?? [], rowsOf(all)[0] ?? []);
      }),
  },
  {
    name: 'refuses layers that it does not have',
    run: (subject) =>
      using(subject, async (teacher) => {
        const batch = batchOf(subject, teacher, subject.examples);
        const layer = teacher.description.layers + 1;
        for (const feature of LAYER_FEATURES) {
          const asked = teacher.signals(batch, { logits: false, layers: [{ feature, layer }] });
          await assertRefusal(`${feature}/${layer}`, asked, ['config']);
        }
      }),
  },
  {
    name: 'counts the texts that it answered',
    run: (subject) =>
      using(subject, async (teacher) => {
        const total = () => teacher.statistics().computed + teacher.statistics().cached;
        strictEqual(total(), 0, 'before anything was asked');
        await teacher.signals(batchOf(subject, teacher, subject.examples), LOGITS);
        const count = subject.examples.length;
        ok(total() >= count, `${total()} of ${count} texts are counted`);
      }),
  },
  {
    name: 'has one fingerprint whenever it is opened',
    run: (subject) =>
      using(subject, (first) =>
        using(subject, async (second) => strictEqual(second.fingerprint, first.fingerprint)),
      ),
  },
  {
    name: 'leaves no tensor behind, and can be disposed of twice',
    async run(subject) {
      const before = tf.memory().numTensors;
      const teacher = await subject.open();
      const layers = lastLayers(teacher);
      const batch = batchOf(subject, teacher, subject.examples);
      await teacher.signals(batch, { logits: true, layers });
      await teacher.dispose();
      await teacher.dispose();
      strictEqual(tf.memory().numTensors - before, 0, 'tensors are left');
    },
  },
];

async function using(
  subject: TeacherSubject,
  body: (teacher: Teacher) => Promise<void>,
): Promise<void> {
  const teacher = await subject.open();
  try {
    await body(teacher);
  } finally {
    await teacher.dispose();
  }
}

/** The last layer of each feature that the teacher says it provides. */
function lastLayers({ description }: Teacher): readonly LayerSignal[] {
  return LAYER_FEATURES.filter((feature) => description.provides.includes(feature)).map(
    (feature) => ({ feature, layer: description.layers - (feature === 'hidden' ? 0 : 1) }),
  );
}

/** @param extra tokens of padding beyond the longest text. */
function batchOf(
  { tokenizer: fallback }: TeacherSubject,
  teacher: Teacher,
  examples: readonly Example[],
  extra = 0,
): Batch {
  const tokenizer = teacher.model?.tokenizer ?? teacher.tokenizer ?? fallback;
  if (!tokenizer) throw new DistillerError('bug', 'The subject has no tokenizer.');
  const texts: readonly Texts[] = examples.map((example) => example.texts);
  const { maxLength } = teacher.description;
  return { examples, encodings: { teacher: encodedTexts(tokenizer, texts, maxLength, extra) } };
}

function rowsOf({ logits }: HostTensors): readonly number[][] {
  const { shape, data } = logits as HostTensor;
  const [count, width] = shape as [number, number];
  return Array.from({ length: count }, (_, row) =>
    Array.from(data.subarray(row * width, (row + 1) * width)),
  );
}
