import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const ROLES = ['student-no-kd', 'student-kd'];

/**
 * Moments to kill a run at, in the order of a run: before its first step, while the signal cache grows, while the best
 * weights are written after an evaluation, at a step, while a checkpoint is written, and after the last step.
 */
export const KINDS = ['start', 'cache', 'best', 'step', 'checkpoint', 'end'];

/**
 * A test that tells when a moment of the kind has come; it is asked every millisecond.
 *
 * @param whole progress of an uninterrupted run when it had ended.
 * @returns function of the milliseconds since the process started.
 */
export function momentOf(kind, folder, whole, rng) {
  const chance = rng.uniform();
  const delay = 15 * rng.uniform();
  const after = (happened) => {
    let since;
    return (elapsed) => {
      if (since === undefined && happened()) since = elapsed;
      return since !== undefined && elapsed - since >= delay;
    };
  };
  switch (kind) {
    case 'start':
      return (elapsed) => elapsed >= 50 + 1500 * chance;
    case 'step': {
      const lines = linesOf(folder);
      const target = lines + 1 + Math.floor(chance * (whole.lines - lines));
      return after(() => linesOf(folder) >= target);
    }
    case 'cache': {
      const target = cacheBytes(folder) + chance * (whole.cacheBytes - cacheBytes(folder));
      return after(() => cacheBytes(folder) > target);
    }
    case 'best': {
      const writes = (name) => name.startsWith('.best.');
      return () => ROLES.some((role) => names(join(folder, 'checkpoints', role)).some(writes));
    }
    case 'checkpoint': {
      const seen = new Set();
      const target = 1 + Math.floor(chance * 8);
      return after(() => {
        for (const name of partials(folder)) seen.add(name);
        return seen.size >= target;
      });
    }
    case 'end':
      return (elapsed) => {
        const isDone = existsSync(join(folder, 'checkpoints', ROLES[1], 'done.json'));
        return isDone && elapsed % 200 >= 200 * chance;
      };
    default:
      throw new Error(`Unknown kind of moment: ${kind}.`);
  }
}

/** How far a run has come, and the same in words. */
export function progressOf(folder) {
  const writing = partials(folder).length > 0 ? ', writing a checkpoint' : '';
  return {
    lines: linesOf(folder),
    cacheBytes: cacheBytes(folder),
    text: `${lastStep(folder)}${writing}`,
  };
}

function lastStep(folder) {
  if (existsSync(join(folder, 'result.json'))) return 'result written';
  const roles = ROLES.filter((role) => existsSync(join(folder, 'checkpoints', role)));
  const role = roles.at(-1);
  if (role === undefined) return 'no student yet';
  if (existsSync(join(folder, 'checkpoints', role, 'done.json'))) return `${role} done`;
  const lines = readText(join(folder, 'metrics.jsonl')).split('\n').slice(0, -1);
  const own = lines.map((line) => JSON.parse(line)).filter((record) => record.role === role);
  return `${role} step ${own.at(-1)?.step ?? 0}`;
}

function linesOf(folder) {
  return readText(join(folder, 'metrics.jsonl')).split('\n').length - 1;
}

function partials(folder) {
  return ROLES.flatMap((role) =>
    names(join(folder, 'checkpoints', role))
      .filter((name) => name.startsWith('.partial-'))
      .map((name) => `${role}/${name}`),
  );
}

function cacheBytes(folder) {
  const cache = join(folder, '../cache');
  return names(cache, { recursive: true }).reduce((sum, name) => sum + size(join(cache, name)), 0);
}

function names(folder, options) {
  try {
    return readdirSync(folder, options);
  } catch {
    return []; // not there yet
  }
}

function size(path) {
  try {
    return statSync(path).size;
  } catch {
    return 0; // gone since it was listed
  }
}

function readText(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
