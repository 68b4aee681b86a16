import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyOverrides, defineConfig, readRecipe } from './recipe.js';

describe('readRecipe', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'distiller-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function write(name: string, text: string): Promise<string> {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  }

  it.each([
    ['r.yaml', 'training:\n  epochs: 3\n'],
    ['r.YML', 'training: { epochs: 3 }'],
    ['r.json', '{ "training": { "epochs": 3 } }'],
    ['distiller.config.ts', 'const epochs: number = 3;\nexport default { training: { epochs } };'],
    ['distiller.config.mjs', 'export default { training: { epochs: 3 } };'],
  ])('reads %s', async (name, text) => {
    const path = await write(name, text);
    expect(await readRecipe(path)).toEqual({ recipe: { training: { epochs: 3 } }, folder });
  });

  it('refuses a file that is not UTF-8', async () => {
    const path = join(folder, 'r.yaml');
    await writeFile(path, Buffer.from('name: caf\u00e9', 'latin1'));
    await expect(readRecipe(path)).rejects.toMatchObject({
      code: 'config',
      message: `${path} is not UTF-8 text. Save it as UTF-8.`,
    });
  });

  it('names file, line and column of a syntax error', async () => {
    const path = await write('r.yaml', 'a: 1\nb: [1\nc: 2\n');
    await expect(readRecipe(path)).rejects.toMatchObject({
      code: 'config',
      message: expect.stringMatching(/r\.yaml is not valid YAML\. .* at line 3, column 1/),
    });
  });

  it.each([
    ['r.yaml', '# nothing\n', 'is empty.'],
    ['r.toml', 'a = 1', 'has an extension that no recipe has. Expected .yaml, .yml, .json, .ts'],
    [
      'r.mjs',
      'export const a = 1;',
      'has no default export. Expected `export default defineConfig({ … })`.',
    ],
    ['r.mts', 'throw new Error("no luck" as string);', 'failed to run: no luck'],
  ])('refuses %s with %j', async (name, text, message) => {
    const path = await write(name, text);
    await expect(readRecipe(path)).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining(message),
    });
  });

  it('tells a missing file from one that can not be read', async () => {
    const missing = join(folder, 'none.yaml');
    await expect(readRecipe(missing)).rejects.toMatchObject({
      code: 'config',
      message: `There is no recipe ${missing}. Check the path.`,
    });
    const inFile = join(await write('f', ''), 'r.yaml');
    await expect(readRecipe(inFile)).rejects.toMatchObject({ code: 'io' });
  });
});

describe('applyOverrides', () => {
  const recipe = {
    training: { epochs: 1, rate: 0.1 },
    objectives: [{ use: 'mse', weight: 1 }, { use: 'ce' }],
    note: null,
  };

  it.each([
    ['training.epochs=3', { training: { epochs: 3, rate: 0.1 } }],
    ['training.rate=3e-5', { training: { epochs: 1, rate: 3e-5 } }],
    ['objectives.0.weight=2', { objectives: [{ use: 'mse', weight: 2 }, { use: 'ce' }] }],
    [
      'objectives.2={ use: kl, temperature: 4 }',
      { objectives: [...recipe.objectives, { use: 'kl', temperature: 4 }] },
    ],
    ['objectives=[]', { objectives: [] }],
    ['teacher.use=bert', { teacher: { use: 'bert' } }],
    ['note.text="a=b"', { note: { text: 'a=b' } }],
    ['training=', { training: null }],
    ['seed=true', { seed: true }],
    ['path=./data/x.tsv', { path: './data/x.tsv' }],
  ])('sets %s', (override, expected) => {
    expect(applyOverrides(recipe, [override])).toEqual({ ...recipe, ...expected });
  });

  it('applies one after the other and changes nothing it was given', () => {
    const frozen = structuredClone(recipe);
    const result = applyOverrides(recipe, ['a.b=1', 'a.c=2', 'a.b=3']);
    expect(result).toEqual({ ...recipe, a: { b: 3, c: 2 } });
    expect(recipe).toEqual(frozen);
    expect(applyOverrides(recipe, [])).toBe(recipe);
  });

  it('sets own properties only', () => {
    const result = applyOverrides({}, ['__proto__.polluted=1', 'constructor.prototype.polluted=1']);
    expect(Object.hasOwn(result as object, '__proto__')).toBe(true);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it.each([
    ['epochs', 'is not of the form path=value, e.g. training.epochs=3.'],
    ['=3', 'is not of the form path=value, e.g. training.epochs=3.'],
    ['a..b=3', 'is not of the form path=value, e.g. training.epochs=3.'],
    ['training.epochs.x=3', ': training.epochs is 1, so nothing can be set inside it.'],
    ['objectives.3.x=3', ': objectives is a list of 2, so "3" must be an index from 0 to 2.'],
    ['objectives.use=3', ': objectives is a list of 2, so "use" must be an index from 0 to 2.'],
    ['a=[1', ' is not valid YAML.'],
  ])('refuses %s', (override, message) => {
    expect(() => applyOverrides(recipe, [override])).toThrow(
      expect.objectContaining({
        code: 'config',
        message: expect.stringContaining(
          `The override "${override}"${message.startsWith(':') || message.startsWith(' ') ? '' : ' '}${message}`,
        ),
      }),
    );
  });
});

describe('defineConfig', () => {
  it('returns the recipe', () => {
    const recipe = { seed: 1 };
    expect(defineConfig(recipe)).toBe(recipe);
  });
});
