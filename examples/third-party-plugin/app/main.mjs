// Distils a few hand-written rules into a small transformer. The teacher is no network: anything that answers with
// logits can teach. Uses an objective of a plugin; installs neither the command nor the stages that it does not need.
import { createRng } from '@distiller/core';
import { makeTask } from '@distiller/data';
import { createOnnxEngine } from '@distiller/engine-onnx';
import { runDistillation } from '@distiller/pipeline';
import { bert } from '@distiller/students';
import { rankHingeComponent } from 'distiller-plugin-hinge';

const [folder = 'run'] = process.argv.slice(2);

/** What the rules know: words that speak for a class. */
const RULES = {
  praise: ['great', 'lovely', 'wonderful', 'superb', 'charming'],
  blame: ['dull', 'awful', 'tedious', 'clumsy', 'boring'],
  question: ['who', 'when', 'where', 'which', 'why'],
};
const LABELS = Object.keys(RULES);
const NOUNS = ['film', 'play', 'book', 'song', 'town', 'walk', 'meal', 'hotel', 'game', 'story'];
const RESTS = ['last night', 'again', 'for my family', 'in spring', 'by the sea', 'so they say'];

const texts = LABELS.flatMap((label) =>
  RULES[label].flatMap((word) =>
    NOUNS.flatMap((noun) => RESTS.map((rest) => `${word} ${noun} ${rest}`)),
  ),
);
const labelOf = (text) => LABELS.findIndex((label) => RULES[label].includes(text.split(' ')[0]));
const order = createRng(1).permutation(texts.length);
const shuffled = Array.from(order, (index) => ({
  id: `text-${index}`,
  texts: [texts[index]],
  label: labelOf(texts[index]),
}));
const split = (from, to) => async function* () { yield* shuffled.slice(from, to); }; // prettier-ignore

const task = makeTask({
  name: 'remarks',
  kind: 'classification',
  arity: 1,
  labels: LABELS,
  read: { train: split(0, 600), validation: split(600, 700), test: split(700, 900) },
});

/** The rules as a teacher: +4 for the class of the first word, −2 for the others. */
const teacher = {
  description: {
    architecture: 'rules',
    layers: 0,
    hiddenSize: 0,
    heads: 0,
    vocabularySize: 0,
    maxLength: 64,
    outputs: LABELS.length,
    provides: ['logits'],
  },
  fingerprint: 'rules-1',
  async signals({ examples, encodings }) {
    const [rows] = encodings.student.ids.shape;
    const data = new Float32Array(rows * LABELS.length).fill(-2);
    examples.forEach(({ texts: [text] }, row) => {
      data[row * LABELS.length + labelOf(text)] = 4;
    });
    return { logits: { dtype: 'float32', shape: [rows, LABELS.length], data } };
  },
  statistics: () => ({ computed: 0, cached: 0 }),
  dispose: async () => undefined,
};

const engine = await createOnnxEngine();
try {
  const { rows } = await runDistillation(
    {
      name: 'rules-to-transformer',
      engine,
      task,
      teacher,
      student: bert({
        layers: 1,
        hiddenSize: 32,
        heads: 2,
        intermediateSize: 64,
        maxLength: 16,
        tokenizer: { train: { vocabularySize: 200 } },
      }),
      objectives: [{ name: 'rank-hinge', objective: rankHingeComponent.create({ margin: 2 }, {}) }],
      training: { epochs: 20, batchSize: 16, maxLength: 16, learningRate: 2e-3 },
    },
    { folder },
  );
  for (const { role, model, scores } of rows) {
    console.log(`${role.padEnd(12)} ${model.padEnd(16)} accuracy ${scores.accuracy.toFixed(4)}`);
  }
} finally {
  await engine.dispose();
}
