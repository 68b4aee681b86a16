import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRng, type Batch, type Engine, type TextModel } from '@distiller/core';
import { padEncodings, tokenizerFromJson, trainWordPiece } from '@distiller/data';
import { createEagerEngine } from '@distiller/engine';
import { createModel, transformerConfig } from '@distiller/transformer';

export const TEXTS = [
  'the cat sat',
  'a dog',
  'the dog and the cat sat on a mat and the mat sat on a dog and the dog was sad and so was the mat',
  'cat',
  'the mat on the dog',
  'on and on and on',
] as const;

/** A classifier of three classes with random weights: 2 layers, width 8, 2 heads, 40 tokens at most. */
export async function tinyTeacher(seed = 1): Promise<TextModel> {
  const tokenizer = tokenizerFromJson(await trainWordPiece(TEXTS, { vocabularySize: 100 }));
  const config = transformerConfig({
    family: 'bert',
    vocabularySize: tokenizer.vocabularySize,
    layers: 2,
    hiddenSize: 8,
    heads: 2,
    intermediateSize: 16,
    maxPositions: 40,
    initializerRange: 0.5,
    labels: ['no', 'yes', 'maybe'],
  });
  return createModel(config, tokenizer, createRng(seed));
}

/** A batch of texts, padded to the longest or to `length`. */
export function batchOf({ tokenizer }: TextModel, texts: readonly string[], length = 0): Batch {
  const encodings = texts.map((text) => tokenizer.encode([text], 40));
  const width = Math.max(length, ...encodings.map(({ ids }) => ids.length));
  return {
    examples: texts.map((text, i) => ({ id: String(i), texts: [text] })),
    encodings: { teacher: padEncodings(encodings, { length: width, padId: tokenizer.padId }) },
  };
}

export function cpuEngine(): Promise<Engine> {
  return createEagerEngine({ backend: 'cpu' });
}

/** Runs a body with an empty folder that is removed afterwards. */
export async function withFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'distiller-teachers-'));
  try {
    await body(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A reporter that keeps its warnings. */
export function listener() {
  const warnings: string[] = [];
  return {
    warnings,
    info: () => undefined,
    warn: (message: string) => void warnings.push(message),
    progress: () => undefined,
  };
}
