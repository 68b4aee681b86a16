import { defineComponent, definePlugin, Registry } from '@distiller/core';
import { enginePlugin } from '@distiller/engine';
import { onnxEnginePlugin } from '@distiller/engine-onnx';
import { objectivesPlugin } from '@distiller/objectives';
import { finetune } from '@distiller/pipeline';
import { studentsPlugin } from '@distiller/students';
import { z } from 'zod';
import { archive } from './tickets.js';

/** Trains the teacher and returns the folder of the model. A recipe is data, so it may as well be an object. */
export async function trainTeacher(folder: string): Promise<string> {
  const archiveTask = defineComponent({
    kind: 'task',
    name: 'ticket-archive',
    summary: 'All labelled tickets.',
    settings: z.strictObject({}),
    needs: {},
    create: () => archive,
  });
  const registry = new Registry()
    .use(enginePlugin)
    .use(onnxEnginePlugin)
    .use(objectivesPlugin)
    .use(studentsPlugin)
    .use(definePlugin({ name: 'tickets', components: [archiveTask] }));
  const recipe = {
    engine: { use: 'onnx' },
    task: { use: 'ticket-archive' },
    model: {
      use: 'bert',
      layers: 2,
      hiddenSize: 48,
      heads: 4,
      intermediateSize: 96,
      tokenizer: { train: { vocabularySize: 300 } },
    },
    training: { epochs: 6, batchSize: 16, maxLength: 24, learningRate: 2e-3 },
  };
  return (await finetune(recipe, { registry, folder })).model;
}
