import { defineComponent, definePlugin, Registry, type Objective } from '@distiller/core';
import { enginePlugin } from '@distiller/engine';
import { onnxEnginePlugin } from '@distiller/engine-onnx';
import { matchingPlugin } from '@distiller/matching';
import { objectivesPlugin } from '@distiller/objectives';
import { distill, teacherObjective, type DistillResult } from '@distiller/pipeline';
import { studentsPlugin } from '@distiller/students';
import { teachersPlugin } from '@distiller/teachers';
import { transformerPlugin } from '@distiller/transformer';
import { z } from 'zod';
import { disagreement } from './disagreement.js';
import { inbox } from './tickets.js';

/** The task and the objective of this example under names, so that a recipe can ask for them. */
const ticketsPlugin = definePlugin({
  name: 'tickets',
  components: [
    defineComponent({
      kind: 'task',
      name: 'ticket-inbox',
      summary: 'A few labelled tickets and many without labels.',
      settings: z.strictObject({}),
      needs: {},
      create: () => inbox,
    }),
    defineComponent({
      kind: 'objective',
      name: 'disagreement',
      summary: 'The chance that student and teacher draw different classes.',
      settings: z.strictObject({}),
      needs: {},
      create: (): Objective => teacherObjective(disagreement),
    }),
  ],
});

/** The pipeline of compose.ts as a recipe: its parts have names and plain settings, so it can be saved and searched. */
export async function fromRecipe(teacherFolder: string, folder: string): Promise<DistillResult> {
  const registry = new Registry()
    .use(enginePlugin)
    .use(onnxEnginePlugin)
    .use(transformerPlugin) // opens the teacher's folder
    .use(teachersPlugin)
    .use(studentsPlugin)
    .use(matchingPlugin)
    .use(objectivesPlugin)
    .use(ticketsPlugin);
  const recipe = {
    name: 'from-recipe',
    engine: { use: 'onnx' },
    task: { use: 'ticket-inbox' },
    teacher: { use: 'bert', model: teacherFolder },
    student: { use: 'bert', layers: 1, hiddenSize: 24, heads: 2, intermediateSize: 48 },
    objectives: [
      { use: 'soft-cross-entropy', temperature: 2, tauSquared: true },
      { use: 'disagreement', weight: 0.5 },
      { use: 'hard-label', weight: 0.5 },
    ],
    intermediate: [{ use: 'hidden-mse', weight: 0.1, matching: { use: 'skip' } }],
    training: { epochs: 6, batchSize: 16, maxLength: 24, learningRate: 3e-3 },
  };
  return distill(recipe, { registry, folder });
}
