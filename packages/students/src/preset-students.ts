import { defineComponent } from '@distiller/core';
import { z } from 'zod';
import { bertSettings } from './bert-settings.js';
import { bertComponent } from './bert.js';
import { PRESET_NAMES, PRESETS } from './presets.js';

const SOURCES = {
  bert: 'Turc et al. 2019, arXiv:1908.08962',
  tinybert: 'Jiao et al. 2020, arXiv:1909.10351',
  minilm: 'Wang et al. 2020, arXiv:2002.10957',
  electra: 'Clark et al. 2020, arXiv:2003.10555',
  albert: 'Lan et al. 2020, arXiv:1909.11942',
};

const { maxLength, dropout, tokenizer, vocabulary } = bertSettings.shape;

/**
 * A student of each published size under its own name: `{ use: bert-mini }` is `{ use: bert, preset: bert-mini }`, random at
 * first. A name can be searched over where a setting of a setting could not.
 */
export const presetComponents = PRESET_NAMES.map((preset) => {
  const { family, layers, hiddenSize, heads } = PRESETS[preset];
  return defineComponent({
    kind: 'student',
    name: preset,
    summary: `A new ${family} of ${layers} layers × ${hiddenSize}, ${heads} heads.`,
    source: SOURCES[preset.split('-')[0] as keyof typeof SOURCES],
    settings: z.strictObject({ maxLength, dropout, tokenizer, vocabulary }),
    needs: bertComponent.needs,
    create: (options, services) =>
      bertComponent.create({ ...options, preset, initialise: 'random' }, services),
  });
});
