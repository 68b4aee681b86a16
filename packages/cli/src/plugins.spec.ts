import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { capturedIo } from './captured-io.js';
import { run } from './run.js';

/** A plugin in plain JavaScript, so that it needs nothing installed in its folder. */
function pluginSource(component: string): string {
  return `export default { name: 'sample', apiVersion: '1', components: [${component}] };`;
}

const SCHEDULE = (name: string, settings = '') =>
  `{ kind: 'schedule', name: '${name}', summary: 'Halves.', settings: z.strictObject({ ${settings} }), needs: {}, create: () => ({ factor: () => 0.5 }) }`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'distiller-plugins-'));
  const zod = `import { z } from '${import.meta.resolve('zod')}';\n`;
  await writeFile(join(folder, 'good.mjs'), zod + pluginSource(SCHEDULE('halving')));
  await writeFile(join(folder, 'clash.mjs'), zod + pluginSource(SCHEDULE('linear')));
  await writeFile(join(folder, 'badly-named.mjs'), zod + pluginSource(SCHEDULE('Halving_It')));
  await writeFile(
    join(folder, 'dated.mjs'),
    zod + pluginSource(SCHEDULE('dated', 'from: z.date()')),
  );
  await writeFile(
    join(folder, 'old.mjs'),
    `export default { name: 'o', apiVersion: '0', components: [] };`,
  );
});
afterAll(() => rm(folder, { recursive: true }));

async function invoke(...args: string[]) {
  const io = capturedIo({ folder });
  const code = await run(args, io);
  return { code, stdout: io.stdout, stderr: io.stderr };
}

describe('distiller plugins', () => {
  it('lists the built-in plugins and the named ones with their components', async () => {
    const { code, stdout } = await invoke('plugins', 'list', './good.mjs', '--json');
    expect(code).toBe(0);
    const list = JSON.parse(stdout) as { name: string; from: string; components: string[] }[];
    expect(list.find(({ name }) => name === '@distiller/matching')).toMatchObject({
      from: 'built in',
      components: expect.arrayContaining(['matching skip', 'matching last']),
    });
    expect(list.at(-1)).toEqual({
      name: 'sample',
      from: join(folder, 'good.mjs'),
      components: ['schedule halving'],
    });
  });

  it('finds nothing wrong with the built-in plugins', async () => {
    const { code, stdout } = await invoke('plugins', 'doctor');
    expect(stdout).not.toContain('problem');
    expect(code).toBe(0);
  });

  it.each([
    ['./clash.mjs', /defines schedule "linear", which plugin "@distiller\/engine" already defines/],
    ['./badly-named.mjs', /must be kebab-case/],
    ['./dated.mjs', /schedule "dated": its settings have no JSON schema: /],
    ['./old.mjs', /"0"/],
    ['./nowhere.mjs', /nowhere\.mjs does not exist/],
    ['distiller-plugin-nowhere', /is not installed for/],
  ])('tells what is wrong with %s', async (name, problem) => {
    const { code, stdout } = await invoke('plugins', 'doctor', name, '--json');
    const health = JSON.parse(stdout) as { plugin: string; problems: string[] }[];
    const found = health.find(({ plugin }) => plugin === name);
    expect(found?.problems.join('\n')).toMatch(problem);
    expect(code).toBe(1);
  });

  it('uses a plugin that is named on the command line', async () => {
    const { stdout } = await invoke('stages', 'schedule', '--plugin', './good.mjs');
    expect(stdout).toMatch(/^schedule +halving +Halves\. +sample$/m);
  });
});
