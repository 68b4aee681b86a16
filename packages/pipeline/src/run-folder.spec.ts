import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RunFolder } from './run-folder.js';

const RECIPE = 'seed: 1\ntraining:\n  epochs: 3\n';

let root: string;
let path: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'distiller-run-folder-'));
  path = join(root, 'run');
});

afterEach(() => rm(root, { recursive: true }));

async function runToTheEnd(): Promise<void> {
  const folder = await RunFolder.open(path, false, RECIPE);
  await writeFile(folder.result, '{}');
  await folder.close();
}

describe('RunFolder', () => {
  it('leaves no trace of a run that came to nothing, so that the mended recipe can go there', async () => {
    const folder = await RunFolder.open(path, false, RECIPE);
    expect(await readdir(path)).toEqual(['.lock', 'recipe.resolved.yaml']);
    await folder.close();
    expect(existsSync(path)).toBe(false);
    await mkdir(path);
    await (await RunFolder.open(path, false, RECIPE)).close();
    expect(await readdir(path)).toEqual([]);
  });

  it('keeps the recipe of a run that did something, also when a resume came to nothing', async () => {
    await runToTheEnd();
    await rm(join(path, 'result.json'));
    await (await RunFolder.open(path, true, RECIPE)).close();
    expect(await readFile(join(path, 'recipe.resolved.yaml'), 'utf8')).toBe(RECIPE);
  });

  it('resumes with settings in another order, and not with others', async () => {
    await runToTheEnd();
    await (await RunFolder.open(path, true, 'training:\n  epochs: 3\nseed: 1\n')).close();
    const other = RunFolder.open(path, true, 'seed: 2\ntraining:\n  epochs: 4\n');
    await expect(other).rejects.toMatchObject({
      code: 'config',
      message: `${path} was made by another recipe: seed was 1 and is 2; training.epochs was 3 and is 4. Resume with the recipe and the --set options of the first start, or choose another folder with --out.`,
    });
    expect(await readdir(path)).toEqual(['recipe.resolved.yaml', 'result.json']);
  });

  it('lets one in at a time, and takes over from a process that died', async () => {
    const folder = await RunFolder.open(path, false, RECIPE);
    await expect(RunFolder.open(path, true, RECIPE)).rejects.toMatchObject({
      code: 'io',
      message: `${path} is in use by process ${process.pid} on ${hostname()}. Wait for it, or choose another folder with --out. If that process is gone, delete ${join(path, '.lock')}.`,
    });
    await folder.close();
    await runToTheEnd();
    const { pid } = spawnSync('true');
    await writeFile(join(path, '.lock'), JSON.stringify({ pid, host: hostname() }));
    await (await RunFolder.open(path, true, RECIPE)).close();
  });

  it.each(['file', 'file/below'])('says that %s leads through a file', async (name) => {
    await writeFile(join(root, 'file'), 'kept');
    await expect(RunFolder.open(join(root, name), false, RECIPE)).rejects.toMatchObject({
      code: 'io',
      message: expect.stringMatching(/A part of the path is a file, not a folder\./),
    });
    expect(await readFile(join(root, 'file'), 'utf8')).toBe('kept');
  });
});
