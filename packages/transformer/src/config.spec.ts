import { describe, expect, it } from '@jest/globals';
import { maxLength, outputs, transformerConfig } from './config.js';

describe('transformerConfig', () => {
  it('fills in what the family takes for granted', () => {
    expect(transformerConfig({ family: 'electra', vocabularySize: 100 })).toEqual({
      family: 'electra',
      vocabularySize: 100,
      hiddenSize: 256,
      embeddingSize: 128,
      layers: 12,
      heads: 4,
      intermediateSize: 1024,
      maxPositions: 512,
      typeVocabularySize: 2,
      activation: 'gelu',
      layerNormEpsilon: 1e-12,
      initializerRange: 0.02,
      hiddenDropout: 0.1,
      attentionDropout: 0.1,
      headDropout: 0.1,
      padId: 0,
      problem: 'classification',
      labels: ['LABEL_0', 'LABEL_1'],
      extra: {},
    });
  });

  it('lets the embeddings and the head follow what is given', () => {
    const config = transformerConfig({
      family: 'bert',
      vocabularySize: 9,
      hiddenSize: 24,
      hiddenDropout: 0,
    });
    expect(config).toMatchObject({ embeddingSize: 24, headDropout: 0 });
  });

  it('counts one output for a regression', () => {
    const config = transformerConfig({ family: 'bert', vocabularySize: 9, problem: 'regression' });
    expect(config.labels).toEqual([]);
    expect(outputs(config)).toBe(1);
  });

  it('keeps the rows up to the padding id from the tokens of RoBERTa alone', () => {
    const roberta = transformerConfig({ family: 'roberta', vocabularySize: 9, maxPositions: 514 });
    expect(maxLength(roberta)).toBe(512);
    expect(maxLength(transformerConfig({ family: 'bert', vocabularySize: 9 }))).toBe(512);
  });

  it('reports every wrong setting at once', () => {
    const wrong = {
      family: 'bert',
      vocabularySize: 0,
      hiddenDropout: 1,
      activation: 'swish',
      depth: 3,
    };
    const attempt = () => transformerConfig(wrong as never, 'student');
    for (const part of [
      'student is wrong',
      'vocabularySize',
      'hiddenDropout',
      'activation',
      'depth',
    ]) {
      expect(attempt).toThrow(part);
    }
  });

  it.each([
    [{ hiddenSize: 30 }, 'student: hiddenSize 30 is not a multiple of heads 12.'],
    [
      { embeddingSize: 128 },
      'student: embeddingSize 128 differs from hiddenSize 768, which only the families "electra" and "albert" allow.',
    ],
    [
      { typeVocabularySize: 0 },
      'student: typeVocabularySize is 0; it is 0 for family "distilbert" and positive for the others.',
    ],
    [{ padId: 50 }, 'student: padId 50 is outside the vocabulary of 50.'],
    [
      { family: 'roberta', maxPositions: 2 },
      'student: maxPositions 2 leaves no room for a token after the 2 reserved rows.',
    ],
    [{ labels: ['no', 'yes', 'no'] }, 'student: labels repeat a name: no, yes, no.'],
    [
      { labels: [] },
      'student: labels are empty; a classification model needs a name for every logit.',
    ],
  ] as const)('refuses %j', (options, message) => {
    const attempt = () =>
      transformerConfig({ family: 'bert', vocabularySize: 50, ...options } as never, 'student');
    expect(attempt).toThrow(message);
  });
});
