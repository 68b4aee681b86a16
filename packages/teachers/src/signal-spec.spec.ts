import { describe, expect, it } from '@jest/globals';
import type { LayerFeature, ModelDescription, SignalNeeds } from '@distiller/core';
import { signalSpecs } from './signal-spec.js';

const MODEL = { layers: 2, hiddenSize: 8, heads: 4, outputs: 3 } as ModelDescription;
const NONE: SignalNeeds = { logits: false, layers: [] };
const layer = (feature: LayerFeature, index: number) => ({ feature, layer: index });

describe('signalSpecs', () => {
  it('names signals in one order, each once, with their shapes', () => {
    const needs: SignalNeeds = {
      logits: true,
      layers: [
        layer('values', 1),
        layer('hidden', 2),
        layer('hidden', 0),
        layer('hidden', 2),
        layer('attentionScores', 0),
        layer('attentions', 1),
      ],
    };
    expect(signalSpecs(needs, MODEL)).toEqual([
      { name: 'logits', shape: [3] },
      { name: 'hidden/0', shape: ['tokens', 8] },
      { name: 'hidden/2', shape: ['tokens', 8] },
      { name: 'attentions/1', shape: [4, 'tokens', 'tokens'] },
      { name: 'attentionScores/0', shape: [4, 'tokens', 'tokens'] },
      { name: 'values/1', shape: ['tokens', 8] },
    ]);
    expect(signalSpecs(NONE, MODEL)).toEqual([]);
  });

  it('refuses layers that the teacher does not have', () => {
    expect(() => signalSpecs({ ...NONE, layers: [layer('hidden', 3)] }, MODEL)).toThrow(
      'teacher: hidden of layer 3 are asked for, but this teacher has hidden 0 to 2.',
    );
    expect(() => signalSpecs({ ...NONE, layers: [layer('attentions', 2)] }, MODEL)).toThrow(
      /attentions 0 to 1/,
    );
    expect(() => signalSpecs({ ...NONE, layers: [layer('attentionScores', -1)] }, MODEL)).toThrow(
      /layer -1/,
    );
  });
});
