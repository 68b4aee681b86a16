import { describe, expect, it } from '@jest/globals';
import { PRESETS } from '@distiller/students';
import { advisedStudent } from './advised-student.js';

const minilm = {
  model_type: 'bert',
  num_hidden_layers: 6,
  hidden_size: 384,
  num_attention_heads: 12,
  intermediate_size: 1536,
};

describe('advisedStudent', () => {
  it('is cut out of a teacher that is large enough, with heads as wide as the teacher’s', () => {
    expect(advisedStudent('bert-tiny', PRESETS['bert-tiny'], minilm)).toEqual({
      use: 'bert',
      initialise: {
        truncate: { teacherLayers: [2, 5], hiddenSize: 128, heads: 4, intermediateSize: 512 },
      },
    });
    expect(advisedStudent('bert-mini', PRESETS['bert-mini'], minilm)).toMatchObject({
      initialise: { truncate: { teacherLayers: [1, 2, 4, 5], heads: 8 } },
    });
  });

  it.each([
    ['bert-small', 'wider', minilm],
    ['tinybert-4', 'of heads of another width', minilm],
    ['bert-tiny', 'of another family', { ...minilm, model_type: 'roberta' }],
    ['bert-tiny', 'of an unknown size', { model_type: 'bert' }],
  ] as const)('%s starts with random weights where it is %s', (preset, _, teacher) => {
    expect(advisedStudent(preset, PRESETS[preset], teacher)).toEqual({
      use: 'bert',
      preset,
      tokenizer: 'teacher',
    });
  });
});
