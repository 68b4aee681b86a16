import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, statfs, truncate, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { TinyWorkspace } from './tiny-workspace.fixture.js';

jest.setTimeout(60_000);

let workspace: TinyWorkspace;
/** The bytes of the student that an undisturbed run makes. */
let student: Buffer;

const RUN = ['run', 'recipe.yaml'];
const studentOf = (run: string) => readFile(workspace.path(run, 'student/model.safetensors'));

beforeAll(async () => {
  workspace = await TinyWorkspace.make();
  await succeed([...RUN, '--out', 'whole']);
  student = await studentOf('whole');
});

afterAll(() => workspace.remove());

async function succeed(args: readonly string[]): Promise<string> {
  const { code, stderr } = await workspace.run(args);
  if (code !== 0) throw new Error(stderr);
  return stderr;
}

/** A copy of the finished run whose student with the teacher still has to be finished. */
async function unfinished(): Promise<string> {
  await workspace.copy('whole', 'again');
  await rm(workspace.path('again/result.json'));
  await rm(workspace.path('again/student'), { recursive: true });
  await rm(workspace.path(PHASE, 'done.json'));
  return 'again';
}

const PHASE = 'again/checkpoints/student-kd';
const RESUME = [...RUN, '--out', 'again', '--resume'];

describe('a run that is asked to stop', () => {
  it.each([
    ['while it reads texts', /reading and encoding/, /^Stopped while encoding texts\.$/m],
    ['in the first training', /student-no-kd: 1\/4/, /^Stopped after step \d of 4\. .*--resume/m],
    ['in the second training', /student-kd: 1\/4/, /^Stopped after step \d of 4\. .*--resume/m],
  ])('%s keeps what it has, and ends with the same bytes', async (name, moment, message) => {
    const out = `stopped ${name}`;
    const stopped = await workspace.run([...RUN, '--out', out], (said, controller) => {
      if (moment.test(said)) controller.abort();
    });
    expect(stopped).toMatchObject({ code: 1, stdout: '' });
    expect(stopped.stderr).toMatch(message);
    expect(existsSync(workspace.path(out))).toBe(!/reads/.test(name));
    await succeed([...RUN, '--out', out, '--resume']);
    expect((await studentOf(out)).equals(student)).toBe(true);
  });

  it('before it fills a cache fills it the next time', async () => {
    const build = ['cache', 'build', 'recipe.yaml', '--set', 'teacher.signals={ cache: {} }'];
    const stopped = await workspace.run(build, (said, controller) => {
      if (/reading and encoding/.test(said)) controller.abort();
    });
    expect(stopped).toMatchObject({ code: 1, stdout: '' });
    await succeed(build);
  });
});

it('predict stops although its input has not ended', async () => {
  async function* endless() {
    for (;;) yield 'a good film\n'.repeat(64);
  }
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 500);
  const { code, stderr } = await workspace.run(
    ['predict', 'teacher'],
    undefined,
    endless(),
    controller,
  );
  expect(code).toBe(1);
  expect(stderr).toMatch(/^Stopped after \d+ texts\.$/m);
});

describe('a run folder', () => {
  it('that another process uses is left to it', async () => {
    await unfinished();
    const lock = workspace.path('again/.lock');
    await writeFile(lock, JSON.stringify({ pid: 1, host: hostname() }));
    const before = await workspace.contents('again');
    const { code, stderr } = await workspace.run(RESUME);
    expect(code).toBe(1);
    expect(stderr).toMatch(/again is in use by process 1 on .* delete .*\.lock/);
    expect(await workspace.contents('again')).toEqual(before);
  });

  it('of another recipe is left alone', async () => {
    await unfinished();
    const before = await workspace.contents('again');
    const { code, stderr } = await workspace.run([...RESUME, '--set', 'training.learningRate=0.1']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/another recipe: training\.learningRate was 0\.01 and is 0\.1\./);
    expect(await workspace.contents('again')).toEqual(before);
  });

  it('with a damaged checkpoint goes on from the one before', async () => {
    await unfinished();
    await truncate(workspace.path(PHASE, 'step-00000004/weights.safetensors'), 1000);
    const stderr = await succeed(RESUME);
    expect(stderr).toMatch(/step-00000004 is passed over: weights\.safetensors does not match/);
    expect(stderr).toMatch(/student-kd: continuing after step 3 of 4/);
    expect((await studentOf('again')).equals(student)).toBe(true);
  });

  it.each<[string, () => Promise<unknown>, RegExp]>([
    [
      'metrics',
      () => truncate(workspace.path('again/metrics.jsonl'), 10),
      /metrics\.jsonl has 10 bytes but the checkpoint was written when it had \d+\./,
    ],
    [
      'a note',
      () => writeFile(workspace.path(PHASE, 'done.json'), '{ "res'),
      /done\.json is damaged: .* Delete it and resume again/,
    ],
  ])('with damaged %s says how to go on', async (_, damage, message) => {
    await unfinished();
    await damage();
    const { code, stderr } = await workspace.run(RESUME);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
  });

  it('with damaged weights of a finished training says how to go on, and then does', async () => {
    await unfinished();
    await workspace.copy('whole/checkpoints', 'again/checkpoints');
    await truncate(workspace.path(PHASE, 'best.safetensors'), 100);
    const { code, stderr } = await workspace.run(RESUME);
    expect(code).toBe(1);
    expect(stderr).toMatch(/best\.safetensors: .* delete .*student-kd and resume/);
    await rm(workspace.path(PHASE), { recursive: true });
    await succeed(RESUME);
    expect((await studentOf('again')).equals(student)).toBe(true);
  });

  it('of a training that diverged says so', async () => {
    const args = [...RUN, '--out', 'diverged', '--set', 'training.learningRate=1e30'];
    const { code, stderr } = await workspace.run(args);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^student-no-kd, after \d of 4 steps: .*training diverged.* training\.learningRate is 1e\+30\./im,
    );
    expect(existsSync(workspace.path('diverged/student'))).toBe(false);
  });
});

it('a cache that was damaged, or that holds what it should not, changes no student', async () => {
  const args = [...RUN, '--set', 'teacher.signals={ cache: {} }', '--cache', 'cache', '--out'];
  await succeed([...args, 'cached']);
  const stores = workspace.path('cache/teacher-signals');
  const [store = ''] = await readdir(stores);
  const shard = join(stores, store, 'shard-000000.signals');
  const bytes = await readFile(shard);
  bytes.fill(0xff, bytes.length - 20);
  await writeFile(shard, bytes);
  await writeFile(join(stores, store, 'shard-000001.signals'), 'something else altogether');
  const verified = await workspace.run(['cache', 'verify', 'cache']);
  expect(verified.code).toBe(1);
  expect(verified.stdout).toMatch(/shard-000000\.signals, byte \d+: damaged/);
  const stderr = await succeed([...args, 'cached again']);
  expect(stderr).toMatch(/shard-000001\.signals.*It is ignored/);
  expect((await studentOf('cached again')).equals(await studentOf('cached'))).toBe(true);
});

/** Mounts a small disk. @returns why it can't be had here, or undefined. */
function mountSmallDisk(folder: string): string | undefined {
  const options = ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', folder];
  const { status, stderr, error } = spawnSync('mount', options, { encoding: 'utf8' });
  return status === 0 ? undefined : (stderr || error?.message || 'mount failed').trim();
}

const probe = mkdtempSync(join(tmpdir(), 'distiller-disk-'));
const noDisk = mountSmallDisk(probe);
if (noDisk === undefined) spawnSync('umount', [probe]);
rmSync(probe, { recursive: true });
const [describeDisk, why] =
  noDisk === undefined
    ? [describe, '']
    : [describe.skip, ` (skipped: a small disk can't be mounted here: ${noDisk})`];

describeDisk(`a full disk${why}`, () => {
  let disk: string;

  beforeAll(async () => {
    disk = workspace.path('disk');
    await mkdir(disk);
    expect(mountSmallDisk(disk)).toBeUndefined();
  });

  afterAll(() => void spawnSync('umount', [disk]));

  /** Leaves so many bytes free on the emptied disk. */
  async function leave(bytes: number): Promise<void> {
    for (const name of await readdir(disk)) await rm(join(disk, name), { recursive: true });
    const { bavail, bsize } = await statfs(disk);
    await writeFile(join(disk, 'filler'), new Uint8Array(bavail * bsize - bytes));
  }

  async function temporaryFiles(): Promise<string[]> {
    const names = await readdir(disk, { recursive: true });
    return names.filter((name) => /\.tmp$|\.partial|\.lock$/.test(name));
  }

  it.each([
    ['.lock', 0],
    ['metrics-start.json', 8192],
    ['.partial-step-00000001/progress.json', 40_960],
    ['.partial-step-00000002/optimizer.safetensors', 81_920],
  ])('stops a run at %s without half files; with more room it goes on', async (file, free) => {
    await leave(free);
    const args = [...RUN, '--out', 'disk/run'];
    const { code, stderr } = await workspace.run(args);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^Can't write .*: ENOSPC: no space left on device\. The disk is full\./m,
    );
    expect(stderr).toContain(`/${file}: ENOSPC`);
    expect(await temporaryFiles()).toEqual([]);
    await rm(join(disk, 'filler'));
    await succeed([...args, '--resume']);
    expect((await studentOf('disk/run')).equals(student)).toBe(true);
  });

  it.each([
    ['onnx', 'onnx/model.onnx'],
    ['safetensors', 'model.safetensors'],
  ])('leaves an earlier export to %s as it was', async (format, file) => {
    const args = ['export', 'teacher', '--format', format, '--out', 'disk/out'];
    await leave(200_000);
    await succeed(args);
    const before = await workspace.contents('disk/out');
    const { bavail, bsize } = await statfs(disk);
    await writeFile(join(disk, 'more'), new Uint8Array(bavail * bsize - 4096));
    const { code, stderr } = await workspace.run(args);
    expect(code).toBe(1);
    expect(stderr).toMatch(`disk/out/${file}: ENOSPC`);
    expect(await workspace.contents('disk/out')).toEqual(before);
  });

  it('costs only the cache where the cache lies on it', async () => {
    await leave(4096);
    const cache = ['--set', 'teacher.signals={ cache: {} }', '--cache', 'disk/cache'];
    const stderr = await succeed([...RUN, ...cache, '--out', 'uncached']);
    expect(stderr).toMatch(/ENOSPC.* Nothing more is added to the signal cache; the run goes on\./);
  });
});
