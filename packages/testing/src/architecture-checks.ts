import { deepStrictEqual, notStrictEqual, ok, strictEqual } from 'node:assert';
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createRng,
  type Architecture,
  type Engine,
  type HostTensor,
  type Texts,
  type TextModel,
} from '@distiller/core';
import { answers } from './answers.js';
import { assertNear } from './assert-near.js';
import { assertRefusal } from './assert-refusal.js';
import type { Check } from './check.js';

export interface ArchitectureSubject {
  readonly architecture: Architecture;
  /** The component's name: `model_type` of its folders. */
  readonly name: string;
  /** A model of it that tells classes of texts apart by name. */
  model(): Promise<TextModel>;
  readonly texts: readonly Texts[];
  readonly engine: Engine;
}

/** Promises of `Architecture.open`. */
export const architectureChecks: readonly Check<ArchitectureSubject>[] = [
  {
    name: 'opens what its models save, and they answer as before',
    run: withFolder(async ({ architecture, engine, texts }, folder, model) => {
      const opened = await architecture.open(folder);
      deepStrictEqual(opened.description, model.description);
      strictEqual(opened.fingerprint, model.fingerprint, 'fingerprint');
      strictEqual(opened.tokenizer.fingerprint, model.tokenizer.fingerprint, 'tokenizer');
      deepStrictEqual(opened.files(), model.files());
      const logitsOf = async (shown: TextModel) =>
        ((await answers(engine, shown, texts))['logits'] as HostTensor).data;
      assertNear('logits of the opened', await logitsOf(opened), await logitsOf(model));
    }),
  },
  {
    name: 'is called as `model_type` of its folders says',
    run: withFolder(async ({ name }, folder) => {
      const json = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')) as object;
      strictEqual((json as { readonly model_type?: unknown }).model_type, name);
    }),
  },
  {
    name: 'keeps the head where the labels are the same',
    run: withFolder(async ({ architecture }, folder, { fingerprint, description }) => {
      const opened = await architecture.open(folder, { head: headOf(labelsOf(description), 1) });
      strictEqual(opened.fingerprint, fingerprint);
    }),
  },
  {
    name: 'draws a head for other labels, which the generator alone decides, and says so',
    run: withFolder(async ({ architecture }, folder, model) => {
      const labels = [...labelsOf(model.description), 'another label'];
      const notices: string[] = [];
      const open = (seed: number) =>
        architecture.open(folder, {
          head: headOf(labels, seed),
          onNotice: (message) => notices.push(message),
        });
      const opened = await open(1);
      deepStrictEqual(opened.description.labels, labels);
      strictEqual(opened.description.outputs, labels.length, 'outputs');
      ok(notices.length > 0, 'nobody was told of new weights');
      strictEqual((await open(1)).fingerprint, opened.fingerprint, 'for an equal generator');
      notStrictEqual((await open(2)).fingerprint, opened.fingerprint, 'for another generator');
      const kept = Object.entries(model.weights).filter(
        ([name, { data }]) => Buffer.compare(bytes(data), bytes(opened.weights[name]?.data)) === 0,
      );
      ok(kept.length > 0, 'no weight was kept');
    }),
  },
  {
    name: 'leaves the folder as it is',
    run: withFolder(async ({ architecture }, folder) => {
      const before = await contents(folder);
      await architecture.open(folder);
      deepStrictEqual(await contents(folder), before);
    }),
  },
  {
    name: 'refuses folders without a model and damaged files, naming them',
    run: withFolder(async ({ architecture }, folder) => {
      const refused = async (what: string, path: string) => {
        const asked = architecture.open(path);
        const { message } = await assertRefusal(what, asked, ['input', 'io']);
        ok(message.includes(path), `${what}: the message does not name ${path}: ${message}`);
      };
      const empty = join(folder, 'empty');
      await mkdir(empty);
      await refused('an empty folder', empty);
      await truncate(join(folder, 'model.safetensors'), 100);
      await refused('a cut model.safetensors', folder);
      await rm(join(folder, 'model.safetensors'));
      await refused('no model.safetensors', folder);
      await writeFile(join(folder, 'config.json'), '{');
      await refused('half a config.json', folder);
    }),
  },
];

/** Runs a check with a model and a folder that it was saved to. */
function withFolder(
  body: (subject: ArchitectureSubject, folder: string, model: TextModel) => Promise<void>,
) {
  return async (subject: ArchitectureSubject) => {
    const folder = await mkdtemp(join(tmpdir(), 'distiller-architecture-'));
    try {
      const model = await subject.model();
      await model.save(folder);
      await body(subject, folder, model);
    } finally {
      await rm(folder, { recursive: true });
    }
  };
}

function labelsOf({ labels }: TextModel['description']): readonly string[] {
  ok(labels && labels.length > 1, 'the model of the subject has no class names');
  return labels;
}

function headOf(labels: readonly string[], seed: number) {
  return { labels, kind: 'classification', rng: createRng(seed) } as const;
}

function bytes(data: Float32Array | undefined): Buffer {
  return data ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.alloc(0);
}

async function contents(folder: string): Promise<object> {
  const names = (await readdir(folder)).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'latin1')));
  return Object.fromEntries(names.map((name, i) => [name, texts[i]]));
}
