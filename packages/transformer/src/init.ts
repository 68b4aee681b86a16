import { DistillerError, type Parameter, type Rng, type Weights } from '@distiller/core';
import type { TransformerConfig } from './config.js';
import { parameterShapes } from './parameters.js';

/**
 * New weights as transformers draws them: matrices from N(0, initializerRange²), biases 0, layer norms 1 and 0,
 * the table rows of the padding token 0. Each parameter has its own stream, named after it.
 */
export function initialWeights(config: TransformerConfig, rng: Rng): Weights {
  const names = [...parameterShapes(config).keys()];
  return Object.fromEntries(names.map((name) => [name, initialParameter(config, name, rng)]));
}

/** One parameter of `initialWeights`. */
export function initialParameter(config: TransformerConfig, name: string, rng: Rng): Parameter {
  const shape = parameterShapes(config).get(name);
  if (!shape) throw new DistillerError('bug', `transformer: there is no parameter "${name}".`);
  const size = shape.reduce((product, length) => product * length, 1);
  if (shape.length === 1) {
    const value = name.endsWith('LayerNorm.weight') ? 1 : 0;
    return { dtype: 'float32', shape, data: new Float32Array(size).fill(value) };
  }
  const data = rng.derive(name).normals(size);
  for (let i = 0; i < size; i++) data[i] = (data[i] as number) * config.initializerRange;
  const width = shape[1] as number;
  if (hasPaddingRow(config, name)) data.fill(0, config.padId * width, (config.padId + 1) * width);
  return { dtype: 'float32', shape, data };
}

function hasPaddingRow({ family }: TransformerConfig, name: string): boolean {
  return (
    name === 'embeddings.word_embeddings.weight' ||
    (family === 'roberta' && name === 'embeddings.position_embeddings.weight')
  );
}
