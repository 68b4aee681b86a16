import { MASKED_LM } from './masked-lm.js';
import { outputs, projectsEmbeddings, readsEveryToken, type TransformerConfig } from './config.js';

/**
 * Every parameter of a model with its shape, in a fixed order. The names are BERT's without the `bert.` prefix,
 * whatever the family: `pooler.dense` is the hidden layer of the head, which heads on every token do not have, and
 * `classifier` its last one; a masked language model has `cls.predictions` instead, whose last layer is the word table.
 * Linear weights are [out, in].
 */
export function parameterShapes(config: TransformerConfig): ReadonlyMap<string, readonly number[]> {
  const { hiddenSize, embeddingSize, intermediateSize, typeVocabularySize } = config;
  const shapes = new Map<string, readonly number[]>();
  const dense = (name: string, from: number, to: number) => {
    shapes.set(`${name}.weight`, [to, from]);
    shapes.set(`${name}.bias`, [to]);
  };
  const norm = (name: string, size: number) => {
    shapes.set(`${name}.weight`, [size]);
    shapes.set(`${name}.bias`, [size]);
  };

  shapes.set('embeddings.word_embeddings.weight', [config.vocabularySize, embeddingSize]);
  shapes.set('embeddings.position_embeddings.weight', [config.maxPositions, embeddingSize]);
  if (typeVocabularySize > 0) {
    shapes.set('embeddings.token_type_embeddings.weight', [typeVocabularySize, embeddingSize]);
  }
  norm('embeddings.LayerNorm', embeddingSize);
  if (projectsEmbeddings(config)) dense('embeddings_project', embeddingSize, hiddenSize);
  const layers = Array.from({ length: config.layers }, (_, index) =>
    layerParameters(config, index),
  );
  for (const layer of new Set(layers)) {
    for (const part of ['query', 'key', 'value']) {
      dense(`${layer}.attention.self.${part}`, hiddenSize, hiddenSize);
    }
    dense(`${layer}.attention.output.dense`, hiddenSize, hiddenSize);
    norm(`${layer}.attention.output.LayerNorm`, hiddenSize);
    dense(`${layer}.intermediate.dense`, hiddenSize, intermediateSize);
    dense(`${layer}.output.dense`, intermediateSize, hiddenSize);
    norm(`${layer}.output.LayerNorm`, hiddenSize);
  }
  if (config.problem === 'masked-lm') {
    dense(`${MASKED_LM}.transform.dense`, hiddenSize, hiddenSize);
    norm(`${MASKED_LM}.transform.LayerNorm`, hiddenSize);
    shapes.set(`${MASKED_LM}.bias`, [config.vocabularySize]);
    return shapes;
  }
  if (!readsEveryToken(config)) dense('pooler.dense', hiddenSize, hiddenSize);
  dense('classifier', hiddenSize, outputs(config));
  return shapes;
}

export function layerName(index: number): string {
  return `encoder.layer.${index}`;
}

/** Prefix of the parameters of a block; all blocks of an ALBERT have those of the first. */
export function layerParameters({ family }: TransformerConfig, index: number): string {
  return layerName(family === 'albert' ? 0 : index);
}

/** True for the parameters that belong to what is predicted and not to the encoder. */
export function isHeadParameter(name: string): boolean {
  return ['pooler.', 'classifier.', `${MASKED_LM}.`].some((part) => name.startsWith(part));
}
