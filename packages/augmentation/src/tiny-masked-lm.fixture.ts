import { createRng, type Engine, type TextModel } from '@distiller/core';
import { tokenizerFromJson, trainWordPiece } from '@distiller/data';
import { createEagerEngine } from '@distiller/engine';
import { createModel, transformerConfig } from '@distiller/transformer';

export const TEXTS = [
  'The quick brown fox jumps over the lazy dog near the river.',
  'A good film makes the people who watch it happy, sad and angry.',
  'what is the best way to learn a new language?',
  "I don't think that the old car can make it up the hill!",
  'the movie was a big waste of time and money',
] as const;

/** A masked language model with random weights: 1 layer, width 8, 2 heads, 40 tokens at most. */
export async function tinyMaskedLm(seed = 1): Promise<TextModel> {
  const tokenizer = tokenizerFromJson(
    await trainWordPiece(TEXTS, { vocabularySize: 500, minFrequency: 1 }),
  );
  const config = transformerConfig({
    family: 'bert',
    problem: 'masked-lm',
    vocabularySize: tokenizer.vocabularySize,
    layers: 1,
    hiddenSize: 8,
    heads: 2,
    intermediateSize: 16,
    maxPositions: 40,
    initializerRange: 0.5,
  });
  return createModel(config, tokenizer, createRng(seed));
}

export function eagerEngine(): Promise<Engine> {
  return createEagerEngine({ backend: 'wasm' });
}
