import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Predictor, readTrials, trainPredictor } from '@distiller/advisor';
import { readRecipe, type Registry } from '@distiller/core';
import { createSampler, gridOf, trialRecipes } from '@distiller/search';
import { openRegistry } from './open-registry.js';
import { openStudy, openStudyFolder } from './open-study.js';
import { resolveRecipe } from './resolve-recipe.js';

const STUDIES = fileURLToPath(new URL('../../../studies', import.meta.url));
const tasks = readdirSync(STUDIES).filter((name) => existsSync(join(STUDIES, name, 'distil.yaml')));
const journals = tasks
  .flatMap((task) => ['search', 'again', 'losses', 'augmentation'].map((part) => join(task, part)))
  .filter((part) => existsSync(join(STUDIES, part, 'journal.jsonl')));

let registry: Registry;
beforeAll(async () => {
  registry = await openRegistry([], STUDIES);
});

describe.each(tasks)('the study on %s', (task) => {
  it('varies a recipe that can be run whatever is chosen', async () => {
    const recipePath = join(STUDIES, task, 'distil.yaml');
    // As its first lines say that it is run.
    const [, command = ''] =
      /distiller search studies\/(\S+)/.exec(await readFile(recipePath, 'utf8')) ?? [];
    const { study } = await openStudy(join(STUDIES, command), { recipePath });
    const recipeOf = trialRecipes({ study, registry, threads: 1 });
    const { space, objectives, seed } = study;
    const sampler = createSampler({ use: 'random' });
    for (let number = 0; number < 30; number++) {
      const configuration = sampler.propose({ space, objectives, number, trials: [], seed });
      expect(() => recipeOf(configuration)).not.toThrow();
    }
  });

  it('has recipes for its teacher', async () => {
    const others = ['distil.yaml', 'again.yaml'];
    const files = readdirSync(join(STUDIES, task)).filter(
      (name) => name.endsWith('.yaml') && !others.includes(name),
    );
    expect(files).toContain('teacher.yaml');
    for (const file of files) {
      const opened = { ...(await readRecipe(join(STUDIES, task, file))), registry };
      expect(() => resolveRecipe(opened, 'teacher', 'finetune')).not.toThrow();
    }
  });
});

it.each(['losses.yaml', 'augmentation.yaml'])('%s tries every combination', async (file) => {
  for (const task of ['trec6', 'sts-b']) {
    const recipePath = join(STUDIES, task, 'distil.yaml');
    const { study } = await openStudy(join(STUDIES, file), { recipePath });
    const grid = gridOf(study.space);
    expect(study).toMatchObject({ trials: grid.length, sampler: { use: 'grid' } });
    const recipeOf = trialRecipes({ study, registry, threads: 1 });
    for (const configuration of grid) expect(() => recipeOf(configuration)).not.toThrow();
  }
});

it.each(journals)('%s is a journal of finished trials', async (part) => {
  const { trials, study } = await openStudyFolder(join(STUDIES, part));
  expect(study?.recipeFolder).toBe(join(STUDIES, part, '..'));
  expect(trials.length).toBeGreaterThan(0);
  for (const { outcome } of trials) expect(['complete', 'pruned']).toContain(outcome?.state);
});

it('the predictor of the advisor has learned from the trials of these studies', async () => {
  const set = await readTrials(join(STUDIES, 'trials.json'));
  const trained = trainPredictor(set, { seed: 1, source: set.source });
  expect(trained.data).toEqual((await Predictor.prior()).data);
}, 120_000);
