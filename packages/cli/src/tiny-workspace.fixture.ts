import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { createRng } from '@distiller/core';
import { bertTokenizerConfig, tokenizerFromJson, trainWordPiece } from '@distiller/data';
import { createModel, transformerConfig } from '@distiller/transformer';
import { capturedIo, type CapturedIo } from './captured-io.js';
import { run } from './run.js';

const ADJECTIVES = { fine: ['good', 'great', 'lovely'], poor: ['bad', 'awful', 'dull'] };
const NOUNS = ['film', 'play', 'book', 'song', 'meal', 'town'];

/** 36 labelled rows without a header: `a good film\tfine`. */
export const ROWS: readonly string[] = Object.entries(ADJECTIVES).flatMap(([label, adjectives]) =>
  adjectives.flatMap((adjective) => NOUNS.map((noun) => `a ${adjective} ${noun}\t${label}`)),
);

/** The whole of a small recipe; 4 steps for each student. */
const RECIPE = `name: tiny
task: { use: file, train: reviews.tsv, validation: { fraction: 0.25 } }
teacher: { use: bert, model: teacher }
student: { use: bert, layers: 1, hiddenSize: 8, heads: 2, intermediateSize: 16, maxLength: 16 }
objectives: [{ use: soft-cross-entropy }]
engine: { use: onnx, threads: 1 }
training: { maxSteps: 4, batchSize: 16, maxLength: 16, learningRate: 0.01, checkpointEvery: 1 }
`;

export interface Outcome {
  readonly code: 0 | 1 | 2;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder with `recipe.yaml`, `reviews.tsv` and the untrained `teacher/`, in which commands are run. */
export class TinyWorkspace {
  private constructor(readonly folder: string) {}

  static async make(): Promise<TinyWorkspace> {
    const workspace = new TinyWorkspace(await mkdtemp(join(tmpdir(), 'distiller-tiny-')));
    await mkdir(workspace.path('runs'));
    await workspace.write('reviews.tsv', tsv(ROWS));
    await workspace.write('recipe.yaml', RECIPE);
    const texts = ROWS.map((row) => row.replace(/\t.*/, ''));
    const json = await trainWordPiece(texts, { vocabularySize: 120 });
    const tokenizer = tokenizerFromJson(json, bertTokenizerConfig({ lowercase: true }));
    const config = transformerConfig({
      family: 'bert',
      vocabularySize: tokenizer.vocabularySize,
      hiddenSize: 16,
      layers: 2,
      heads: 2,
      intermediateSize: 32,
      maxPositions: 16,
      labels: ['fine', 'poor'],
    });
    await createModel(config, tokenizer, createRng(1)).save(workspace.path('teacher'));
    return workspace;
  }

  path(...parts: string[]): string {
    return join(this.folder, ...parts);
  }

  async write(name: string, content: string | Uint8Array): Promise<string> {
    await writeFile(this.path(name), content);
    return name;
  }

  /** A copy of a folder or file beside it. */
  async copy(from: string, to: string): Promise<string> {
    await rm(this.path(to), { recursive: true, force: true });
    await cp(this.path(from), this.path(to), { recursive: true });
    return to;
  }

  /** @param watch called whenever the command has said something; stop the command by the controller. */
  async run(
    args: readonly string[],
    watch?: (said: string, controller: AbortController) => void,
    stdin?: CapturedIo['in'],
    controller = new AbortController(),
  ): Promise<Outcome> {
    const io = capturedIo({
      folder: this.folder,
      signal: controller.signal,
      ...(stdin && { in: stdin }),
    });
    if (watch) {
      const write = io.err.write.bind(io.err);
      io.err.write = ((text: string) => {
        const isWritten = write(text);
        watch(io.stderr, controller);
        return isWritten;
      }) as typeof io.err.write;
    }
    const code = await run(args, io);
    return { code, stdout: io.stdout, stderr: io.stderr };
  }

  /** What lies below a path: checksum by name, folders included; for comparisons before and after. */
  async contents(below = ''): Promise<Readonly<Record<string, string>>> {
    const top = this.path(below);
    const entries = await readdir(top, { recursive: true, withFileTypes: true });
    const found = await Promise.all(
      entries.map(async (entry) => {
        const path = join(entry.parentPath, entry.name);
        const sum = entry.isFile() ? await checksum(path) : 'folder';
        return [relative(top, path), sum] as const;
      }),
    );
    return Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Of large files, which only the tests of file sizes make, the size. */
async function checksum(path: string): Promise<string> {
  const { size } = await stat(path);
  if (size > 1e6) return `${size} bytes`;
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}

/** Rows below a header. */
export function tsv(rows: readonly string[], header = 'text\tlabel'): string {
  return [header, ...rows, ''].join('\n');
}
