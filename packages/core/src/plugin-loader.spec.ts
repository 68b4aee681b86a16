import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadPlugins } from './plugin-loader.js';

const PLUGIN = `export default { name: 'distiller-plugin-x', apiVersion: '1', components: [] };`;
const FIELD = { apiVersion: '1', plugin: './dist/index.js' };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'distiller-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(path: string, content: string | object): Promise<void> {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
}

async function install(name: string, manifest: object, code = PLUGIN): Promise<void> {
  // `exports` hides package.json, as many packages do.
  const exports = './dist/index.js';
  await write(`node_modules/${name}/package.json`, { name, type: 'module', exports, ...manifest });
  await write(`node_modules/${name}/dist/index.js`, code);
}

describe('loadPlugins', () => {
  it('loads packages, folders and modules, in order', async () => {
    await install('distiller-plugin-x', { version: '1.2.3', distiller: FIELD });
    await install('@acme/kd', { distiller: FIELD });
    await write(
      'mine/plugin.ts',
      `const name: string = 'mine';\nexport default { name, apiVersion: '1', components: [] };`,
    );
    const recipes = join(folder, 'recipes/deep');
    const loaded = await loadPlugins(
      ['@acme/kd', '../../mine/plugin.ts', 'distiller-plugin-x', '../../node_modules/@acme/kd'],
      recipes,
    );
    const entry = (name: string): string => join(folder, 'node_modules', name, 'dist/index.js');
    const x = { name: 'distiller-plugin-x', apiVersion: '1', components: [] };
    expect(loaded).toEqual([
      { plugin: x, specifier: '@acme/kd', path: entry('@acme/kd') },
      {
        plugin: { name: 'mine', apiVersion: '1', components: [] },
        specifier: '../../mine/plugin.ts',
        path: join(folder, 'mine/plugin.ts'),
      },
      {
        plugin: x,
        specifier: 'distiller-plugin-x',
        path: entry('distiller-plugin-x'),
        version: '1.2.3',
      },
      { plugin: x, specifier: '../../node_modules/@acme/kd', path: entry('@acme/kd') },
    ]);
    expect(loaded[0]?.plugin).toBe(loaded[3]?.plugin);
  });

  it('loads nothing when nothing is named', async () => {
    expect(await loadPlugins([], folder)).toEqual([]);
  });

  it.each([
    [
      'distiller-plugin-none',
      /^Plugin "distiller-plugin-none" is not installed for .*\. Run `npm install distiller-plugin-none` there\.$/,
    ],
    [
      './none.js',
      /^Plugin ".\/none\.js": .*\/none\.js does not exist\. Check the path; it counts from the recipe's folder\.$/,
    ],
  ])('tells that %s is missing', async (name, message) => {
    await expect(loadPlugins([name], folder)).rejects.toMatchObject({
      code: 'missing-package',
      message: expect.stringMatching(message),
    });
  });

  it.each([
    ['an npm package that is no plugin', {}, PLUGIN, 'Plugin "p" is no Distiller plugin: '],
    [
      'a package for another API',
      { distiller: { apiVersion: '2', entry: 'x' } },
      PLUGIN,
      'Plugin "p" was written for plugin API "2", but this is Distiller with plugin API "1".',
    ],
    [
      'a field without a module',
      { distiller: { apiVersion: '1' } },
      PLUGIN,
      '  distiller.plugin: is missing; expected string',
    ],
    [
      'a module that is not there',
      { distiller: { apiVersion: '1', plugin: './lib.js' } },
      PLUGIN,
      'names ./lib.js, which does not exist. Build the plugin, or install it again.',
    ],
    [
      'a module that fails',
      { distiller: FIELD },
      'throw new Error("no luck")',
      'dist/index.js: no luck',
    ],
    [
      'no default export',
      { distiller: FIELD },
      'export const plugin = 1;',
      'has no default export. Expected `export default definePlugin({ … })`.',
    ],
    [
      'another default export',
      { distiller: FIELD },
      'export default { name: "p" };',
      'Plugin "p" has 2 problems:\n  apiVersion: is missing; expected string\n  components: is missing; expected array',
    ],
    [
      'a plugin for another API than its package says',
      { distiller: FIELD },
      PLUGIN.replace(`'1'`, `'3'`),
      'Plugin "distiller-plugin-x" was written for plugin API "3"',
    ],
  ])('refuses %s', async (_, manifest, code, message) => {
    await install('p', manifest, code);
    await expect(loadPlugins(['p'], folder)).rejects.toMatchObject({
      code: 'plugin',
      message: expect.stringContaining(message),
    });
  });

  it('does not run a package that declares another API', async () => {
    await install('p', { distiller: { ...FIELD, apiVersion: '2' } }, 'globalThis.wasRun = true;');
    await expect(loadPlugins(['p'], folder)).rejects.toThrow('plugin API "2"');
    expect('wasRun' in globalThis).toBe(false);
  });

  it('refuses a package.json that is not JSON', async () => {
    await write('p/package.json', '{');
    await expect(loadPlugins(['./p'], folder)).rejects.toThrow(
      /^Plugin ".\/p": can't read .*package\.json: /,
    );
  });

  it('refuses a name that leads elsewhere', async () => {
    await expect(loadPlugins(['a/../../b'], folder)).rejects.toThrow(
      'Plugin "a/../../b" is neither the name of an npm package nor a path. Paths start with "./".',
    );
  });

  it('reports several errors together', async () => {
    await expect(loadPlugins(['./a.js', 'B'], folder)).rejects.toMatchObject({
      code: 'plugin',
      message: expect.stringMatching(/^Plugin ".\/a\.js": .*\nPlugin "B" is neither /),
    });
  });
});
