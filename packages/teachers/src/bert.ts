import { resolve } from 'node:path';
import {
  CACHE_FOLDER,
  defineComponent,
  DistillerError,
  ENGINE,
  OPEN_MODEL,
  REPORTER,
  RESOLVE_PATH,
  validateRecipe,
  type Engine,
  type HostTensors,
  type ModelDescription,
  type OpenModel,
  type Reporter,
  type Teacher,
  type TextModel,
} from '@distiller/core';
import { openTransformer } from '@distiller/transformer';
import { z } from 'zod';
import { CachedSignals } from './signal-cache/cached-signals.js';
import { SignalModel } from './signal-model.js';
import { signalSpecs, type SignalSpec } from './signal-spec.js';

const cacheSettings = z.strictObject({
  precision: z
    .enum(['f32', 'f16'])
    .default('f32')
    .describe('How signals are stored; f16 takes half the space and rounds to about three digits.'),
  maxMegabytes: z
    .number()
    .positive()
    .default(10_000)
    .describe('Size of the cache of these signals, above which nothing is added.'),
  batchSize: z.int().positive().default(8).describe('Texts that are computed at once.'),
  keep: z
    .enum(['asked', 'all-hidden'])
    .default('asked')
    .describe(
      'Which signals of a text are kept: those that are asked for, or logits and the hidden states of all layers with them, so that recipes which match other layers find them, too.',
    ),
});

/** When a teacher is run. */
export const signalsSetting = z
  .union([z.literal('online'), z.strictObject({ cache: cacheSettings })])
  .default('online')
  .describe('Run the teacher on every batch, or once on every text and keep what it says on disk.');

const settings = z.strictObject({
  model: z.string().min(1).describe('Hugging Face folder of a fine-tuned classifier.'),
  signals: signalsSetting,
});

export type BertTeacherOptions = z.input<typeof settings>;

export interface BertServices {
  readonly engine: Engine;
  /** By default relative paths count from the working directory. */
  readonly resolvePath?: (path: string) => string;
  /** By default `cache` in the working directory. */
  readonly cacheFolder?: string;
  readonly reporter?: Reporter;
  /** By default only BERT-family folders can be opened. */
  readonly openModel?: OpenModel;
}

const SILENT: Reporter = {
  info: () => undefined,
  warn: () => undefined,
  progress: () => undefined,
};

/**
 * A fine-tuned classifier from a Hugging Face folder, of any architecture that a plugin brings, run on the recipe's engine.
 *
 * @throws DistillerError `config` listing every problem of the settings; `input` as `openModel`, e.g. when the folder
 *   holds no classifier.
 */
export async function bert(
  options: BertTeacherOptions,
  {
    engine,
    resolvePath = resolve,
    cacheFolder = resolve('cache'),
    reporter = SILENT,
    openModel = openTransformer,
  }: BertServices,
): Promise<Teacher> {
  const { model: folder, signals } = validateRecipe(settings, options, 'teacher bert');
  const model = await openModel(resolvePath(folder), {
    onNotice: (message) => reporter.info(message),
  });
  const runner = new SignalModel(model, engine);
  if (signals === 'online') return teacherOf(model, runner, new OnlineSignals(runner), false);
  const { precision, maxMegabytes, batchSize, keep } = signals.cache;
  const cached = new CachedSignals({
    model: runner,
    cacheFolder,
    precision,
    maxBytes: maxMegabytes * 1e6,
    rows: batchSize,
    always: keep === 'all-hidden' ? allHidden(model.description) : [],
    reporter,
  });
  return teacherOf(model, runner, cached, true);
}

/** Logits, and hidden states of the embeddings and of every layer. */
function allHidden(model: ModelDescription): readonly SignalSpec[] {
  const layers = Array.from({ length: model.layers + 1 }, (_, layer) => layer);
  const needs = layers.map((layer) => ({ feature: 'hidden', layer }) as const);
  return signalSpecs({ logits: true, layers: needs }, model);
}

/** Where signals come from. */
interface SignalSource {
  /** @param count rows that mean something, the first ones. */
  signals(encoding: HostTensors, count: number, specs: readonly SignalSpec[]): Promise<HostTensors>;
  statistics(): { readonly computed: number; readonly cached: number };
  dispose(): Promise<void>;
}

class OnlineSignals implements SignalSource {
  #computed = 0;

  constructor(private readonly model: SignalModel) {}

  async signals(
    encoding: HostTensors,
    count: number,
    specs: readonly SignalSpec[],
  ): Promise<HostTensors> {
    const outputs = await this.model.run(encoding, specs);
    this.#computed += count;
    return outputs;
  }

  statistics() {
    return { computed: this.#computed, cached: 0 };
  }

  dispose = async () => undefined;
}

function teacherOf(
  model: TextModel,
  runner: SignalModel,
  source: SignalSource,
  keepsSignals: boolean,
): Teacher {
  return {
    model,
    description: model.description,
    keepsSignals,
    mixes: !keepsSignals,
    get fingerprint() {
      return model.fingerprint;
    },
    async signals({ encodings, examples, mixup }, needs) {
      const specs = signalSpecs(needs, model.description);
      if (specs.length === 0) return {};
      const encoding = encodings['teacher'];
      if (encoding) return source.signals({ ...encoding, ...mixup }, examples.length, specs);
      throw new DistillerError(
        'bug',
        'teacher bert: the batch has no encoding for the role "teacher"; this is a bug in the pipeline.',
      );
    },
    statistics: () => source.statistics(),
    async dispose() {
      await source.dispose();
      await runner.dispose();
    },
  };
}

export const bertComponent = defineComponent({
  kind: 'teacher',
  name: 'bert',
  summary:
    'A fine-tuned classifier from a Hugging Face folder: BERT-family, or any registered architecture.',
  source: 'Devlin et al. 2019, arXiv:1810.04805',
  settings,
  needs: {
    engine: ENGINE,
    resolvePath: RESOLVE_PATH,
    cacheFolder: CACHE_FOLDER,
    reporter: REPORTER,
    openModel: OPEN_MODEL,
  },
  create: bert,
});
