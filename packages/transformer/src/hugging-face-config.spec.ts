import { describe, expect, it } from '@jest/globals';
import { FAMILIES } from './config.js';
import { fromHuggingFace, toHuggingFace } from './hugging-face-config.js';
import { GOLDENS } from './tiny-model.fixture.js';

describe.each(FAMILIES)('config.json of a %s model', (family) => {
  it('survives reading and writing', () => {
    const config = fromHuggingFace(GOLDENS[family].config, 'config.json');
    const written = JSON.parse(JSON.stringify(toHuggingFace(config)));
    expect(fromHuggingFace(written, 'config.json')).toEqual(config);
    expect(written).toMatchObject({
      model_type: family,
      vocab_size: 13,
      transformers_version: '5.23.0',
    });
  });

  it('has the sizes that transformers gave it', () => {
    expect(fromHuggingFace(GOLDENS[family].config, 'config.json')).toMatchObject({
      hiddenSize: 8,
      embeddingSize: family === 'electra' || family === 'albert' ? 6 : 8,
      layers: 2,
      heads: 2,
      intermediateSize: 12,
      maxPositions: 9,
      typeVocabularySize: { bert: 2, roberta: 1, distilbert: 0, electra: 2, albert: 2 }[family],
      activation: {
        bert: 'gelu',
        roberta: 'gelu_new',
        distilbert: 'relu',
        electra: 'gelu',
        albert: 'gelu',
      }[family],
      padId: family === 'roberta' ? 1 : 0,
      headDropout: family === 'distilbert' ? 0.2 : 0.1,
      labels: ['LABEL_0', 'LABEL_1', 'LABEL_2'],
    });
  });
});

describe('fromHuggingFace', () => {
  it('takes the defaults of transformers for what is left out', () => {
    expect(fromHuggingFace({ model_type: 'bert', vocab_size: 30522 }, 'config.json')).toMatchObject(
      {
        hiddenSize: 768,
        layers: 12,
        labels: ['LABEL_0', 'LABEL_1'],
        problem: 'classification',
      },
    );
  });

  it('orders labels by id and takes one label for a regression', () => {
    const base = { model_type: 'bert', vocab_size: 99 };
    const named = fromHuggingFace(
      {
        ...base,
        id2label: {
          10: 'k',
          2: 'c',
          0: 'a',
          1: 'b',
          3: 'd',
          4: 'e',
          5: 'f',
          6: 'g',
          7: 'h',
          8: 'i',
          9: 'j',
        },
      },
      'x',
    );
    expect(named.labels.join('')).toBe('abcdefghijk');
    const one = fromHuggingFace({ ...base, id2label: { 0: 'LABEL_0' } }, 'x');
    expect(one).toMatchObject({ problem: 'regression', labels: [] });
    expect(toHuggingFace(one)).toMatchObject({
      problem_type: 'regression',
      id2label: { 0: 'LABEL_0' },
      label2id: { LABEL_0: 0 },
    });
  });

  it('says in the type field how the weights are stored, whatever the folder said before', () => {
    const config = fromHuggingFace({ model_type: 'bert', vocab_size: 9, dtype: 'bfloat16' }, 'x');
    expect(toHuggingFace(config)).toMatchObject({ torch_dtype: 'float32' });
    expect(toHuggingFace(config)).not.toHaveProperty('dtype');
    expect(toHuggingFace(config, 'float16')).toMatchObject({ torch_dtype: 'float16' });
  });

  it.each([
    [[], 'config.json: expected an object.'],
    [
      { model_type: 'gpt2' },
      'config.json: model_type is "gpt2"; expected one of bert, roberta, distilbert, electra, albert. Other architectures can\'t be read.',
    ],
    [{}, 'config.json: model_type is missing; expected one of bert'],
    [
      { model_type: 'bert', vocab_size: 9, position_embedding_type: 'relative_key' },
      'config.json: position_embedding_type is "relative_key"; only "absolute" is supported.',
    ],
    [
      { model_type: 'bert', vocab_size: 9, is_decoder: true },
      'config.json: is_decoder is true; only false is supported.',
    ],
    [
      { model_type: 'bert', vocab_size: 9, id2label: { 0: 'a', 2: 'b' } },
      'config.json: id2label must map "0", "1", … to names without a gap, but it is {"0":"a","2":"b"}.',
    ],
    [
      { model_type: 'bert', vocab_size: 9, num_labels: 0 },
      'config.json: num_labels is 0; expected a positive integer.',
    ],
    [
      { model_type: 'bert', vocab_size: 9, problem_type: 'ranking' },
      'config.json: problem_type is "ranking"; expected one of single_label_classification',
    ],
    [{ model_type: 'bert', vocab_size: 9, hidden_size: 'big' }, 'at hidden_size'],
    [{ model_type: 'bert', vocab_size: 9, hidden_act: 'swish' }, 'at hidden_act'],
    [{ model_type: 'bert', vocab_size: 9, num_hidden_layers: 1e12 }, 'at num_hidden_layers'],
    [
      { model_type: 'distilbert', vocab_size: 9, dim: 30 },
      'heads/config.json: dim 30 is not a multiple of n_heads 12.',
    ],
  ])('refuses %j', (json, message) => {
    const attempt = () => fromHuggingFace(json, 'heads/config.json');
    expect(attempt).toThrow(message);
    expect(attempt).toThrow(expect.objectContaining({ exitCode: 1 }));
  });
});
