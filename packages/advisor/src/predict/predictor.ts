import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { DistillerError, ioError, validateRecipe, writeFileAtomically } from '@distiller/core';
import { z } from 'zod';
import { predictRow } from './families.js';
import { ridgeModel } from './ridge.js';
import { encodeRow, rowPlan } from './row-plan.js';
import { treesModel } from './tree-ensembles.js';
import { modelProfile, taskProfile, type Proposal } from './trial-set.js';

const VERSION = 1;
/** Beside the folder of sources or of built files. */
const PRIOR = new URL('../../prior.json', import.meta.url);

/** Schema of a predictor's file. */
export const predictorData = z.strictObject({
  kind: z.literal('distiller-predictor'),
  version: z.literal(VERSION),
  /** What it learned from, in words. */
  source: z.string(),
  /** How many pipelines it learned from. */
  trials: z.int().positive(),
  plan: rowPlan,
  learners: z
    .array(
      z.strictObject({
        name: z.string(),
        weight: z.number().min(0),
        model: z.discriminatedUnion('kind', [ridgeModel, treesModel]),
      }),
    )
    .min(1),
  /** Of a predicted place, for datasets not seen. */
  deviation: z.number().min(0),
  /** The datasets learned from, with the ratios at places 0, 0.05, … 1 among their pipelines. */
  tasks: z
    .array(
      z.strictObject({
        name: z.string(),
        profile: taskProfile,
        ratios: z.array(z.number()).min(2),
      }),
    )
    .min(1),
  models: z.record(z.string(), modelProfile),
  /** By parameter: the values that the pipelines had which it learned from. */
  choices: z.record(z.string(), z.array(z.union([z.string(), z.number(), z.boolean()]))),
});

/** A predictor, as its file holds it. */
export type PredictorData = z.output<typeof predictorData>;

/** What is expected of a pipeline on a dataset. */
export interface Prediction {
  /** Place among the pipelines that were tried, from 0 (worst) to 1 (best). */
  readonly place: number;
  /** Standard deviation of the place: what is missed on new datasets, and how far the learners disagree. */
  readonly deviation: number;
  /** The student's score over the teacher's that pipelines of this place had on the datasets most alike. */
  readonly ratio: number;
}

/** Says how well pipelines will do on a dataset. It is data: training gives it, a file holds it. */
export class Predictor {
  constructor(readonly data: PredictorData) {}

  /** The one that comes with this package, learned from the studies of this project. */
  static async prior(): Promise<Predictor> {
    return Predictor.load(fileURLToPath(PRIOR));
  }

  /** @throws DistillerError `io`; `input` naming what is wrong with the file. */
  static async load(path: string): Promise<Predictor> {
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      throw ioError('read', path, error);
    }
    return Predictor.parse(text, path);
  }

  /** @param where names the text in messages. */
  static parse(text: string, where: string): Predictor {
    let content: unknown;
    try {
      content = JSON.parse(text);
    } catch (cause) {
      throw new DistillerError(
        'input',
        `${where} is no JSON (${(cause as Error).message}). Expected a file that \`distiller advisor train\` wrote.`,
        { cause },
      );
    }
    const { version } = Object(content) as { version?: unknown };
    if (typeof version === 'number' && version !== VERSION) {
      throw new DistillerError(
        'input',
        `${where} is a predictor of version ${version}; this program reads version ${VERSION}. Train it anew with \`distiller advisor train\`.`,
      );
    }
    return new Predictor(validateRecipe(predictorData, content, where, 'input'));
  }

  /** Writes the whole file or nothing. @throws DistillerError `io`. */
  async save(path: string): Promise<void> {
    await writeFileAtomically(path, `${JSON.stringify(this.data)}\n`);
  }

  predict(proposal: Proposal): Prediction {
    const { learners, deviation, plan } = this.data;
    const row = encodeRow(plan, proposal);
    const said = learners.map(({ model }) => predictRow(model, row) - 0.5);
    const total = learners.reduce((sum, { weight }) => sum + weight, 0);
    const share = (i: number) => (learners[i]?.weight ?? 0) / total;
    const mean = said.reduce((sum, value, i) => sum + share(i) * value, 0);
    const spread = said.reduce((sum, value, i) => sum + share(i) * (value - mean) ** 2, 0);
    const place = Math.min(1, Math.max(0, 0.5 + total * mean));
    return {
      place,
      deviation: Math.sqrt(deviation ** 2 + total ** 2 * spread),
      ratio: this.ratioAt(place, proposal),
    };
  }

  /** What each learner says, unclipped: for comparisons. */
  predictEach(proposal: Proposal): readonly number[] {
    const row = encodeRow(this.data.plan, proposal);
    return this.data.learners.map(({ model }) => predictRow(model, row));
  }

  /** The mean over known datasets, each counting by its likeness to the one asked about. */
  private ratioAt(place: number, { task }: Proposal): number {
    let [sum, total] = [0, 0];
    for (const { profile, ratios } of this.data.tasks) {
      const position = place * (ratios.length - 1);
      const low = ratios[Math.floor(position)] as number;
      const high = ratios[Math.ceil(position)] as number;
      const alike = likeness(task, profile);
      sum += alike * (low + (position - Math.floor(position)) * (high - low));
      total += alike;
    }
    return sum / total;
  }
}

/** exp(−½ d²), d² over logarithm of size (unit: a factor of e²), difficulty for a linear model (unit 0.3) and form (unit 1). */
function likeness(a: Proposal['task'], b: Proposal['task']): number {
  const size = (Math.log(a.examples) - Math.log(b.examples)) / 2;
  const difficulty = (a.baseline - b.baseline) / 0.3;
  const form = Number(a.arity !== b.arity) + Number((a.classes === 1) !== (b.classes === 1));
  return Math.exp(-(size ** 2 + difficulty ** 2 + form) / 2) + 1e-6;
}
