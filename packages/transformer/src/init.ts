import { DistillerError, type Parameter, type Rng, type Weights } from '@distiller/core';
import type { TransformerConfig } from './config.js';
import { parameterShapes } from './parameters.js';

/** Parameters of the largest model that is made from nothing; as float32 they take 8 GiB. */
const MOST_PARAMETERS = 2 ** 31;

/**
 * New weights as transformers draws them: matrices from N(0, initializerRange²), biases 0, layer norms 1 and 0,
 * the table rows of the padding token 0. Each parameter has its own stream, named after it.
 *
 * @throws DistillerError `config` when they would not fit in memory.
 */
export function initialWeights(config: TransformerConfig, rng: Rng): Weights {
  const shapes = [...parameterShapes(config)];
  const total = shapes.reduce((sum, [, shape]) => sum + size(shape), 0);
  if (total > MOST_PARAMETERS) {
    const { layers, hiddenSize, intermediateSize, maxPositions, vocabularySize } = config;
    const sizes = { layers, hiddenSize, intermediateSize, maxPositions, vocabularySize };
    throw new DistillerError(
      'config',
      `A ${config.family} of ${JSON.stringify(sizes)} would have ${total.toPrecision(3)} parameters; at most ${MOST_PARAMETERS} can be made. Choose smaller sizes.`,
    );
  }
  return Object.fromEntries(shapes.map(([name]) => [name, initialParameter(config, name, rng)]));
}

/** One parameter of `initialWeights`. */
export function initialParameter(config: TransformerConfig, name: string, rng: Rng): Parameter {
  const shape = parameterShapes(config).get(name);
  if (!shape) throw new DistillerError('bug', `transformer: there is no parameter "${name}".`);
  const length = size(shape);
  if (shape.length === 1) {
    const value = name.endsWith('LayerNorm.weight') ? 1 : 0;
    return { dtype: 'float32', shape, data: new Float32Array(length).fill(value) };
  }
  const data = rng.derive(name).normals(length);
  for (let i = 0; i < length; i++) data[i] = (data[i] as number) * config.initializerRange;
  const width = shape[1] as number;
  if (hasPaddingRow(config, name)) data.fill(0, config.padId * width, (config.padId + 1) * width);
  return { dtype: 'float32', shape, data };
}

function size(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

function hasPaddingRow({ family }: TransformerConfig, name: string): boolean {
  return (
    name === 'embeddings.word_embeddings.weight' ||
    (family === 'roberta' && name === 'embeddings.position_embeddings.weight')
  );
}
