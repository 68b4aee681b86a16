import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DistillerError, writeFileAtomically } from '@distiller/core';

/** Where a run keeps what it writes. */
export class RunFolder {
  readonly recipe: string;
  readonly metrics: string;
  readonly result: string;

  private constructor(readonly path: string) {
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
    const folder = new RunFolder(path);
    await mkdir(path, { recursive: true }).catch((cause: unknown) => {
      throw new DistillerError(
        'io',
        `Could not make the run folder ${path}: ${String(cause)}. Choose another with --out.`,
        { cause },
      );
    });
    await folder.lock();
    try {
      await folder.prepare(resume, resolvedRecipe);
    } catch (error) {
      await folder.close();
      throw error;
    }
    return folder;
  }

  private async prepare(resume: boolean, resolvedRecipe: string | undefined): Promise<void> {
    const held = (await readdir(this.path)).filter(
      (name) => name !== LOCK && !name.startsWith('.'),
    );
    if (!resume && held.length > 0) {
      throw new DistillerError(
        'config',
        `${this.path} already holds a run (${held.slice(0, 3).join(', ')}). Continue it with --resume, or choose another folder with --out.`,
      );
    }
    if (resolvedRecipe === undefined) return;
    const before = await readFile(this.recipe, 'utf8').catch(() => undefined);
    if (before !== undefined && before !== resolvedRecipe) {
      throw new DistillerError(
        'config',
        `${this.path} was made by another recipe (compare ${this.recipe} with \`distiller config print\`). Resume with the recipe and the --set options of the first start, or choose another folder with --out.`,
      );
    }
    if (before === undefined) await writeFileAtomically(this.recipe, resolvedRecipe);
  }

  checkpoints(role: string): string {
    return join(this.path, 'checkpoints', role);
  }

  join(...parts: string[]): string {
    return join(this.path, ...parts);
  }

  private async lock(): Promise<void> {
    const path = this.join(LOCK);
    for (;;) {
      try {
        await writeFile(path, String(process.pid), { flag: 'wx' });
        return;
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') {
          throw new DistillerError(
            'io',
            `Could not write in the run folder ${this.path}: ${String(cause)}.`,
            { cause },
          );
        }
        const owner = Number(await readFile(path, 'utf8').catch(() => '0'));
        if (isAlive(owner)) {
          throw new DistillerError(
            'io',
            `Process ${owner} is working in ${this.path}. Wait for it, or choose another folder with --out.`,
          );
        }
        await rm(path, { force: true });
      }
    }
  }

  /** Lets another process use the folder. */
  async close(): Promise<void> {
    await rm(this.join(LOCK), { force: true });
  }
}

const LOCK = '.lock';

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
