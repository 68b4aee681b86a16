import { access, readdir, readFile, rm, rmdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  DistillerError,
  ioError,
  makeFolder,
  parseYaml,
  removeUnfinishedFiles,
  takeFileLock,
  writeFileAtomically,
  type FileLock,
} from '@distiller/core';
import { recipeDifferences } from './recipe-differences.js';

const LOCK = '.lock';
/** Differences between two recipes that are told. */
const SHOWN = 3;

/** Where a run keeps what it writes. */
export class RunFolder {
  readonly recipe: string;
  readonly metrics: string;
  readonly result: string;
  private hasWrittenRecipe = false;

  private constructor(
    readonly path: string,
    private readonly lock: FileLock,
    private readonly isNew: boolean,
  ) {
    this.recipe = join(path, 'recipe.resolved.yaml');
    this.metrics = join(path, 'metrics.jsonl');
    this.result = join(path, 'result.json');
  }

  /**
   * Opens a folder for a new run, or for one to be continued, and locks it.
   * @throws DistillerError `config` when a new run would write over an older one, or a resumed run is another recipe;
   *   `io` when the folder can't be written or another process works in it.
   */
  static async open(
    path: string,
    resume: boolean,
    resolvedRecipe: string | undefined,
  ): Promise<RunFolder> {
    const isNew = !(await exists(path));
    await makeFolder(path);
    const folder = new RunFolder(path, await takeLock(path, isNew), isNew);
    try {
      await folder.prepare(resume, resolvedRecipe);
    } catch (error) {
      await folder.close();
      throw error;
    }
    return folder;
  }

  checkpoints(role: string): string {
    return join(this.path, 'checkpoints', role);
  }

  join(...parts: string[]): string {
    return join(this.path, ...parts);
  }

  /** Lets another process use the folder. Of a run that came to nothing no trace is left. */
  async close(): Promise<void> {
    const held = await this.held().catch(() => []);
    if (this.hasWrittenRecipe && held.every((name) => name === basename(this.recipe)))
      await rm(this.recipe, { force: true });
    await this.lock.release();
    if (this.isNew) await removeIfEmpty(this.path);
  }

  private async prepare(resume: boolean, resolvedRecipe: string | undefined): Promise<void> {
    const held = await this.held();
    if (!resume && held.length > 0) {
      throw new DistillerError(
        'config',
        `${this.path} already holds a run (${held.slice(0, 3).join(', ')}). Continue it with --resume, or choose another folder with --out.`,
      );
    }
    await removeUnfinishedFiles(this.path);
    if (resolvedRecipe === undefined) return;
    const before = await this.readRecipe();
    if (before === undefined) {
      await writeFileAtomically(this.recipe, resolvedRecipe);
      this.hasWrittenRecipe = true;
      return;
    }
    const now = parseYaml(resolvedRecipe, 'The recipe');
    const differences = recipeDifferences(parseYaml(before, this.recipe), now);
    if (differences.length === 0) return;
    const more = differences.length > SHOWN ? ` (and ${differences.length - SHOWN} more)` : '';
    throw new DistillerError(
      'config',
      `${this.path} was made by another recipe: ${differences.slice(0, SHOWN).join('; ')}${more}. Resume with the recipe and the --set options of the first start, or choose another folder with --out.`,
    );
  }

  private async readRecipe(): Promise<string | undefined> {
    try {
      return await readFile(this.recipe, 'utf8');
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw ioError('read', this.recipe, cause);
    }
  }

  /** What is in the folder; names with a dot are not ours. */
  private async held(): Promise<string[]> {
    return (await readdir(this.path)).filter((name) => !name.startsWith('.'));
  }
}

async function takeLock(path: string, isNew: boolean): Promise<FileLock> {
  try {
    const lock = await takeFileLock(join(path, LOCK));
    if (typeof lock !== 'string') return lock;
    throw new DistillerError(
      'io',
      `${path} is in use by ${lock}. Wait for it, or choose another folder with --out. If that process is gone, delete ${join(path, LOCK)}.`,
    );
  } catch (error) {
    if (isNew) await removeIfEmpty(path);
    throw error;
  }
}

async function removeIfEmpty(path: string): Promise<void> {
  await rmdir(path).catch(() => undefined);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
