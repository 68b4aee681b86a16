import {
  DistillerError,
  type Batch,
  type HostTensor,
  type TaskKind,
  type Texts,
} from '@distiller/core';
import {
  answerProbabilities,
  AnswerCollector,
  bestText,
  decodeWords,
  OUTSIDE,
  softmax,
  wordsOf,
} from '@distiller/data';

/** What a model says of one text or pair. */
export interface Prediction {
  readonly texts: Texts;
  /**
   * The most probable class, or the value for a regression; the labels with a comma between them for a multi-label model; the
   * words' labels with blanks between them; the answer to a question; the likeliest words behind masks with blanks between them.
   */
  readonly label: string | number;
  /** Of the text; absent for words and spans. */
  readonly logits?: readonly number[];
  /** By class name; absent for a regression, words and spans. */
  readonly probabilities?: Readonly<Record<string, number>>;
  /** Multi-label: those with a probability above ½. */
  readonly labels?: readonly string[];
  /** Token classification: what white space separates. A word that was cut off has no probability. */
  readonly words?: readonly {
    readonly word: string;
    readonly label: string;
    readonly probability?: number;
  }[];
  /** Masked language models: what is likeliest behind each mask, best first. */
  readonly masks?: readonly (readonly { readonly token: string; readonly probability: number }[])[];
  /** Spans: the best piece of the context (UTF-16 units, end excluded); absent when it has none. */
  readonly answer?: {
    readonly text: string;
    readonly start: number;
    readonly end: number;
    readonly probability: number;
    /** Probability of there being no answer; means something for models that were trained on such questions. */
    readonly noAnswer: number;
  };
}

/** Collects the logits of some examples, whose ids are their places, and says what they mean. */
export interface Interpreter {
  add(batch: Batch, logits: HostTensor): void;
  /** In the order of the examples. */
  predictions(): readonly Prediction[];
}

/** @param labels class names; generic ones when absent. */
export function interpreter(kind: TaskKind, labels: readonly string[] | undefined): Interpreter {
  const name = (id: number) => labels?.[id] ?? `LABEL_${id}`;
  if (kind === 'span') return answerInterpreter();
  const predictions: Prediction[] = [];
  const interpret = kind === 'token-classification' ? wordPredictions : textPredictions(kind);
  return {
    add(batch, logits) {
      assertFinite(batch, logits);
      interpret(batch, logits, name).forEach((prediction, row) => {
        predictions[Number(batch.examples[row]?.id)] = prediction;
      });
    },
    predictions: () => predictions,
  };
}

type Interpret = (
  batch: Batch,
  logits: HostTensor,
  name: (id: number) => string,
) => readonly Prediction[];

function textPredictions(kind: TaskKind): Interpret {
  return ({ examples }, { data, shape }, name) =>
    examples.map(({ texts }, row) => {
      const width = shape[1] ?? 1;
      const logits = Array.from(data.subarray(row * width, (row + 1) * width));
      if (kind === 'regression') return { texts, logits, label: logits[0] ?? NaN };
      const isMulti = kind === 'multi-label';
      const values = isMulti ? logits.map(sigmoid) : softmax(logits);
      const probabilities = Object.fromEntries(values.map((value, id) => [name(id), value]));
      if (!isMulti)
        return { texts, logits, label: name(values.indexOf(Math.max(...values))), probabilities };
      const chosen = values.flatMap((value, id) => (value > 0.5 ? [name(id)] : []));
      return { texts, logits, label: chosen.join(','), probabilities, labels: chosen };
    });
}

const wordPredictions: Interpret = (batch, logits, name) =>
  decodeWords(batch, logits).map((decoded, row) => {
    const { texts, words: given } = batch.examples[row] as Batch['examples'][number];
    const written = given ?? wordsOf(texts[0]);
    const words = decoded.map((found, i) => ({
      word: written[i] ?? '',
      label: found ? name(found.id) : OUTSIDE,
      ...(found && { probability: found.probabilities[found.id] as number }),
    }));
    return { texts, words, label: words.map(({ label }) => label).join(' ') };
  });

function answerInterpreter(): Interpreter {
  const collector = new AnswerCollector();
  return {
    add(batch, logits) {
      assertFinite(batch, logits);
      collector.add(batch, logits);
    },
    predictions: () =>
      collector
        .answers()
        .toSorted((a, b) => Number(a.example.id) - Number(b.example.id))
        .map((found) => {
          const { texts } = found.example;
          const [best] = found.candidates;
          const probabilities = answerProbabilities(found);
          const text = bestText(found);
          if (!best) return { texts, label: text };
          const { start, end } = best;
          const [probability = NaN] = probabilities;
          const noAnswer = probabilities.at(-1) ?? NaN;
          return { texts, label: text, answer: { text, start, end, probability, noAnswer } };
        }),
  };
}

function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

/** @throws DistillerError `numeric` naming the first text that gets no finite numbers. */
function assertFinite({ examples }: Batch, { data, shape }: HostTensor): void {
  const width = shape.slice(1).reduce((product, size) => product * size, 1);
  const bad = data.findIndex((value) => !Number.isFinite(value));
  const example = examples[Math.floor(bad / width)];
  if (bad < 0 || !example) return;
  throw new DistillerError(
    'numeric',
    `The model gives ${data[bad]} for "${example.texts[0].slice(0, 60)}"; a label needs finite numbers. Its training diverged.`,
  );
}
