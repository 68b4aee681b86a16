import { describe, expect, it } from '@jest/globals';
import { capturedIo } from './captured-io.js';
import { run } from './run.js';

async function invoke(...args: string[]) {
  const io = capturedIo();
  const code = await run(args, io);
  return { code, stdout: io.stdout, stderr: io.stderr };
}

describe('distiller stages', () => {
  it('lists every kind that has a component', async () => {
    const { code, stdout } = await invoke('stages', '--json');
    expect(code).toBe(0);
    const kinds = new Set((JSON.parse(stdout) as { kind: string }[]).map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual([
      'architecture',
      'augmenter',
      'engine',
      'intermediate',
      'matching',
      'objective',
      'optimizer',
      'schedule',
      'student',
      'task',
      'teacher',
    ]);
  });

  it('lists one kind as an aligned table', async () => {
    const { stdout } = await invoke('stages', 'matching');
    const [titles, ...rows] = stdout.trimEnd().split('\n');
    expect(titles).toMatch(/^kind +name +what it is +plugin$/);
    expect(rows.some((row) => /^matching +skip +\S.* @distiller\/matching$/.test(row))).toBe(true);
  });

  it('shows a component with its source and its settings', async () => {
    const { stdout } = await invoke('stages', 'objective', 'soft-cross-entropy');
    expect(stdout).toMatch(/^objective soft-cross-entropy \(@distiller\/objectives\)\n/);
    expect(stdout).toMatch(/\nSource: /);
    expect(stdout).toMatch(/\ntauSquared +boolean +false +\S/);
    expect(stdout).toMatch(/\ntemperature\.gamma +number > 0 +1 +\S/);
  });

  it('gives programs the JSON schema of the settings', async () => {
    const { stdout } = await invoke('stages', 'objective', 'soft-cross-entropy', '--json');
    const page = JSON.parse(stdout) as { settings: { properties: object } };
    expect(page.settings.properties).toHaveProperty('temperature');
  });

  it.each([
    [['stages', 'objectiv'], /^There is no kind of component called "objectiv"\. Known: /],
    [['stages', 'objective', 'sfot-cross-entropy'], /Did you mean "soft-cross-entropy"\?/],
  ])('refuses %j with a suggestion', async (args, message) => {
    const { code, stderr } = await invoke(...args);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });
});
