import { beforeAll, describe, expect, it } from '@jest/globals';
import type { EncodedInputs, ModelOutput, ProgramContext, Tensors, Weights } from '@distiller/core';
import * as tf from '@tensorflow/tfjs';
import { FAMILIES, type Family } from './config.js';
import { forward } from './forward.js';
import { fromHuggingFace } from './hugging-face-config.js';
import { formulaWeights, GOLDENS, MIXUP_GOLDENS, type Golden } from './tiny-model.fixture.js';

beforeAll(async () => {
  // Else the backend prints advice.
  tf.enableProdMode();
  await tf.setBackend('cpu');
});

function asTensors(weights: Weights): Record<string, tf.Tensor> {
  return Object.fromEntries(
    Object.entries(weights).map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape])]),
  );
}

const INFERENCE: ProgramContext = {
  training: false,
  uniform: (site) => {
    throw new Error(`random numbers at ${site} in inference`);
  },
  within: (_, body) => body(),
};

function inputsOf({ ids, mask, types }: Golden['inputs'], mixup: Tensors = {}): EncodedInputs {
  return {
    ...mixup,
    ids: tf.tensor2d(ids, undefined, 'int32'),
    mask: tf.tensor2d(mask, undefined, 'int32'),
    types: tf.tensor2d(types, undefined, 'int32'),
  };
}

/** Runs the tiny model of a family on the golden's inputs, or on others. */
function run<T>(
  family: Family,
  read: (output: ModelOutput) => T,
  inputs = GOLDENS[family].inputs,
  context = INFERENCE,
  mixup: Tensors = {},
): T {
  const config = fromHuggingFace(GOLDENS[family].config, 'golden');
  let result: T | undefined;
  tf.tidy(() => {
    const params = asTensors(formulaWeights(config));
    result = read(forward(config, params, inputsOf(inputs, mixup), context));
  });
  return result as T;
}

/** Largest difference. */
function worst(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(actual.length).toBe(expected.length);
  const differences = Array.from(expected, (value, i) => Math.abs(value - (actual[i] as number)));
  return Math.max(...differences);
}

/** Half a unit of the last of the six digits that the goldens keep, of numbers below 10; and rounding. */
const TOLERANCE = 6e-6;

describe.each(FAMILIES)('forward of a %s model', (family) => {
  const golden = GOLDENS[family];
  const [batch, length] = [2, 5];
  it('gives the logits of transformers', () => {
    const logits = run(family, (output) => output.logits.dataSync());
    expect(worst(logits, golden.logits)).toBeLessThan(TOLERANCE);
  });

  it('gives the hidden states of transformers', () => {
    const hidden = run(family, ({ hidden = [] }) => hidden.map((layer) => layer.dataSync()));
    expect(hidden).toHaveLength(3);
    for (const [layer, expected] of golden.hidden.entries()) {
      expect(worst(hidden[layer] ?? [], expected)).toBeLessThan(TOLERANCE);
    }
  });

  it('gives the attention of transformers', () => {
    const maps = run(family, ({ attentions = [] }) => attentions.map((layer) => layer.dataSync()));
    expect(maps).toHaveLength(2);
    for (const [layer, expected] of golden.attentions.entries()) {
      expect(worst(maps[layer] ?? [], expected)).toBeLessThan(TOLERANCE);
    }
  });

  it('gives scores whose softmax over tokens is the attention', () => {
    const [probabilities, again] = run(
      family,
      ({ attentionScores = [], attentions = [], mask }) => {
        const keys = tf.reshape(mask, [batch, 1, 1, length]);
        const exponentials = tf.mul(tf.exp(attentionScores[1] as tf.Tensor), keys);
        const shares = tf.div(exponentials, tf.sum(exponentials, -1, true));
        return [attentions[1]?.dataSync() ?? [], shares.dataSync()] as const;
      },
    );
    expect(worst(again, probabilities)).toBeLessThan(1e-6);
  });

  it('does not let padding change a token', () => {
    const alone = { ids: [[2, 9, 3]], mask: [[1, 1, 1]], types: [[0, 0, 0]] };
    const expected = run(family, ({ logits }) => [...logits.dataSync()], alone);
    const padded = run(family, ({ logits }) => logits.dataSync().slice(3));
    expect(worst(padded, expected)).toBeLessThan(1e-6);
  });

  it('has a gradient for every parameter', () => {
    const config = fromHuggingFace(golden.config, 'golden');
    const weights = asTensors(formulaWeights(config));
    const names = Object.keys(weights);
    const gradients = tf.grads((...tensors: tf.Tensor[]) => {
      const params = Object.fromEntries(names.map((name, i) => [name, tensors[i] as tf.Tensor]));
      const { logits } = forward(config, params, inputsOf(golden.inputs), INFERENCE);
      return tf.sum(tf.square(logits));
    })(Object.values(weights));
    const sizes = gradients.map((gradient) => tf.sum(tf.abs(gradient)).dataSync()[0]);
    const zero = names.filter((_, i) => !((sizes[i] ?? 0) > 1e-4));
    // A constant added to every key changes no softmax: the gradient of its bias is 0 but for rounding.
    expect(zero).toEqual(
      (family === 'albert' ? [0] : [0, 1]).map((i) => `encoder.layer.${i}.attention.self.key.bias`),
    );
    tf.dispose([weights, gradients]);
  });

  it('draws dropout once for each site', () => {
    const sites: string[] = [];
    const context: ProgramContext = {
      training: true,
      uniform: (site, shape) => {
        sites.push(site);
        return tf.fill([...shape], 0.3);
      },
      within: (_, body) => body(),
    };
    run(family, ({ logits }) => logits.dataSync(), golden.inputs, context);
    expect(new Set(sites).size).toBe(sites.length);
    // Embeddings, three in each block (two in ALBERT's), before the classifier, and before the hidden layer of two families' heads.
    const headSites = family === 'roberta' || family === 'electra' ? 2 : 1;
    expect(sites.filter((site) => site.endsWith('/rows'))).toHaveLength(
      1 + 2 * (family === 'albert' ? 2 : 3) + headSites,
    );
  });

  it('keeps nothing alive but its result', () => {
    const config = fromHuggingFace(golden.config, 'golden');
    const params = asTensors(formulaWeights(config));
    const inputs = inputsOf(golden.inputs);
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      forward(config, params, inputs, INFERENCE);
    });
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose([params, inputs]);
  });
});

function mixupInputs(lambda: number, permutation: readonly number[], union: 0 | 1): Tensors {
  return {
    'mixup/lambda': tf.scalar(lambda),
    'mixup/permutation': tf.tensor1d([...permutation], 'int32'),
    'mixup/union': tf.scalar(union),
  };
}

describe.each(FAMILIES)('mixup in a %s model', (family) => {
  const { inputs } = GOLDENS[family];
  const mixed = <T>(read: (output: ModelOutput) => T, ...mixup: Parameters<typeof mixupInputs>) =>
    run(family, read, inputs, INFERENCE, mixupInputs(...mixup));
  const logitsOf = ({ logits }: ModelOutput) => [...logits.dataSync()];

  it('leaves the plain half as it is and doubles every part', () => {
    const [logits, shapes] = mixed(
      (output) => [
        logitsOf(output),
        [output.mask, output.logits, output.hidden?.[2], output.attentions?.[1], output.keys?.[0]],
      ],
      0.3,
      [1, 0],
      1,
    );
    expect(worst(logits.slice(0, 6), run(family, logitsOf))).toBeLessThan(1e-6);
    expect(shapes.map((part) => part?.shape[0])).toEqual([4, 4, 4, 4, 4]);
  });

  it('is no mixup for λ = 1 and for the identity', () => {
    const plain = run(family, logitsOf);
    expect(mixed(logitsOf, 1, [1, 0], 0).slice(6)).toEqual(plain);
    expect(worst(mixed(logitsOf, 0.3, [0, 1], 1).slice(6), plain)).toBeLessThan(1e-6);
  });

  it('masks by both texts or by the first', () => {
    const maskOf = ({ mask }: ModelOutput) => [...mask.dataSync()].slice(10);
    expect(mixed(maskOf, 0.3, [1, 0], 1)).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
    expect(mixed(maskOf, 0.3, [1, 0], 0)).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 0, 0]);
  });

  it('adds the gradients of both halves to the word table', () => {
    const config = fromHuggingFace(GOLDENS[family].config, 'golden');
    const name = 'embeddings.word_embeddings.weight';
    const { [name]: table, ...params } = asTensors(formulaWeights(config));
    const encoded = inputsOf(inputs, mixupInputs(0.3, [1, 0], 1));
    const loss = (words: tf.Tensor) => {
      const { logits } = forward(config, { ...params, [name]: words }, encoded, INFERENCE);
      return tf.sum(tf.square(logits)) as tf.Scalar;
    };
    const words = table as tf.Tensor;
    const gradient = tf.grad(loss)(words).dataSync();
    const width = words.shape[1] as number;
    for (const [row, column] of [
      [5, 1],
      [9, 0],
    ] as const) {
      const at = row * width + column;
      const moved = (by: number) =>
        loss(
          tf.tensor(
            words.dataSync().map((value, i) => value + (i === at ? by : 0)),
            words.shape,
          ),
        );
      const [up, down] = [moved(1e-2).dataSync()[0] ?? NaN, moved(-1e-2).dataSync()[0] ?? NaN];
      expect(Math.abs((up - down) / 2e-2 - (gradient[at] as number))).toBeLessThan(
        1e-2 * Math.max(1, Math.abs(gradient[at] as number)),
      );
    }
  });
});

describe.each(Object.keys(MIXUP_GOLDENS.families) as Family[])('mixup in a %s model', (family) => {
  it.each(['union', 'first'] as const)('agrees with transformers under the mask %s', (mask) => {
    const { lambda, permutation, families } = MIXUP_GOLDENS;
    const [logits, hidden] = run(
      family,
      (output) => [
        output.logits.dataSync().slice(6),
        output.hidden?.[2]?.dataSync().slice(2 * 5 * 8) ?? [],
      ],
      GOLDENS[family].inputs,
      INFERENCE,
      mixupInputs(lambda, permutation, mask === 'union' ? 1 : 0),
    );
    expect(worst(logits, families[family]?.[mask].logits ?? [])).toBeLessThan(TOLERANCE);
    expect(worst(hidden, families[family]?.[mask].hidden ?? [])).toBeLessThan(TOLERANCE);
  });
});

describe('forward', () => {
  it('refuses inputs longer than the position table', () => {
    // RoBERTa keeps the rows up to its padding id for itself: 9 rows, padId 1, 7 tokens.
    const row = Array.from({ length: 8 }, () => 4);
    const inputs = { ids: [row], mask: [row.map(() => 1)], types: [row.map(() => 0)] };
    expect(() => run('roberta', () => undefined, inputs)).toThrow(
      'transformer: ids are [1, 8], but the model reads at most 7 tokens. Truncate the texts to its maxLength.',
    );
    expect(run('bert', ({ logits }) => logits.shape, inputs)).toEqual([1, 3]);
  });

  it('refuses a mask of another shape', () => {
    const inputs = { ids: [[2, 3]], mask: [[1]], types: [[0, 0]] };
    expect(() => run('bert', () => undefined, inputs)).toThrow(
      'transformer: ids are [1, 2] but mask is [1, 1]; they must have the same shape.',
    );
  });

  it('names a parameter that it was not given', () => {
    const config = fromHuggingFace(GOLDENS.bert.config, 'golden');
    const params = asTensors(formulaWeights(config));
    delete params['pooler.dense.bias'];
    expect(() =>
      tf.tidy(() => void forward(config, params, inputsOf(GOLDENS.bert.inputs), INFERENCE)),
    ).toThrow('the program was run without parameter "pooler.dense.bias"');
    tf.dispose(params);
  });
});
