import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { DistillerError, type Kind, type Registry } from '@distiller/core';
import { distill, type DistillResult } from '@distiller/pipeline';
import { openRegistry } from './open-registry.js';
import { TinyWorkspace } from './tiny-workspace.fixture.js';

jest.setTimeout(300_000); // one graph with every objective takes a while to open on a slow machine

/** What a component must be told where it has no default. */
const SETTINGS: Readonly<Record<string, object>> = {
  explicit: {
    pairs: [
      [0, 0],
      [1, 1],
    ],
  },
};

/** Why a pair of intermediate objective and matching is refused; every other pair must train. */
const REFUSED: Readonly<Record<string, RegExp>> = {
  'gram with emd': /must have a deeper student layer than the one before/,
  'gram with all': /must have a deeper student layer than the one before/,
  'gram with last-k': /1 pair is matched/,
};

describe('every intermediate objective with every matching', () => {
  let workspace: TinyWorkspace;
  let registry: Registry;
  beforeAll(async () => {
    workspace = await TinyWorkspace.make();
    registry = await openRegistry([], workspace.folder);
  });
  afterAll(() => workspace.remove());

  const choiceOf = (name: string) => ({ use: name, ...SETTINGS[name] });
  const names = (kind: Kind) => registry.list(kind).map(({ name }) => name);

  /** Three steps on the compiled engine, with these terms. */
  function train(intermediate: readonly object[], folder: string): Promise<DistillResult> {
    const recipe = {
      engine: { use: 'onnx', threads: 1 },
      task: { use: 'file', train: 'reviews.tsv', validation: { fraction: 0.25 } },
      teacher: { use: 'bert', model: 'teacher' },
      student: { use: 'bert', layers: 2, hiddenSize: 8, heads: 2, intermediateSize: 16 },
      intermediate,
      baseline: false,
      training: { maxSteps: 3, batchSize: 8, lengths: [12], maxLength: 12, learningRate: 0.001 },
    };
    return distill(recipe, {
      registry,
      folder: workspace.path('runs', folder),
      recipeFolder: workspace.folder,
    });
  }

  it('trains three steps, or is refused with the reason before anything runs', async () => {
    const trained: string[] = [];
    for (const matching of names('matching')) {
      const pairs = names('intermediate').map(
        (name) => [name, `${name} with ${matching}`] as const,
      );
      const term = (name: string) => ({
        ...choiceOf(name),
        matching: choiceOf(matching),
        weight: 0.1,
      });
      for (const [name, pair] of pairs) {
        if (!(pair in REFUSED)) continue;
        const refusal = await train([term(name)], `refused ${pair}`).catch(
          (error: unknown) => error,
        );
        expect(refusal).toBeInstanceOf(DistillerError);
        expect((refusal as DistillerError).message).toMatch(REFUSED[pair] as RegExp);
      }
      const allowed = pairs.filter(([, pair]) => !(pair in REFUSED));
      const { steps, rows } = await train(
        allowed.map(([name]) => term(name)),
        matching,
      );
      expect(steps).toBe(3);
      expect(rows.at(-1)?.role).toBe('student-kd');
      const losses = await lastLosses(workspace.path('runs', matching, 'metrics.jsonl'));
      expect(Object.keys(losses).sort()).toEqual(allowed.map(([name]) => name).sort());
      for (const [name, loss] of Object.entries(losses)) {
        if (!Number.isFinite(loss))
          throw new Error(`${name} with ${matching} has the loss ${loss}`);
      }
      trained.push(...allowed.map(([, pair]) => pair));
    }
    const total = names('matching').length * names('intermediate').length;
    expect(trained.length + Object.keys(REFUSED).length).toBe(total);
  });
});

/** The losses that the last step of a run logged, by term. */
async function lastLosses(path: string): Promise<Record<string, number>> {
  const lines = (await readFile(path, 'utf8')).trim().split('\n');
  const steps = lines.map((line) => JSON.parse(line) as { losses?: Record<string, number> });
  return steps.filter(({ losses }) => losses).at(-1)?.losses ?? {};
}
