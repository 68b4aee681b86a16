import { describe, expect, it } from '@jest/globals';
import { capturedIo } from './captured-io.js';
import { run } from './run.js';
import { VERSION } from './version.js';

async function invoke(...args: string[]) {
  const io = capturedIo();
  const code = await run(args, io);
  return { code, stdout: io.stdout, stderr: io.stderr };
}

describe('run', () => {
  it('prints help on stdout and exits with 0', async () => {
    const { code, stdout, stderr } = await invoke('--help');
    expect(code).toBe(0);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^Usage: distiller /);
    expect(stdout).toContain('Examples:');
    for (const name of ['run', 'finetune', 'evaluate', 'predict', 'export', 'cache', 'stages']) {
      expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
    }
  });

  it.each([['run'], ['cache', 'build'], ['config', 'print']])(
    'has help for %s %s, with the options that all commands take',
    async (...args) => {
      const { code, stdout } = await invoke(...args, '--help');
      expect(code).toBe(0);
      expect(stdout).toContain(`Usage: distiller ${args.join(' ')} `);
      expect(stdout).toContain('--json');
    },
  );

  it('prints the version', async () => {
    expect(await invoke('--version')).toEqual({ code: 0, stdout: `${VERSION}\n`, stderr: '' });
  });

  it.each([
    [['rnu'], "error: unknown command 'rnu'\n(Did you mean run?)"],
    [['run'], "error: missing required argument 'recipe'"],
    [['run', 'a.yaml', '--resmue'], "error: unknown option '--resmue'\n(Did you mean --resume?)"],
    [['run', 'a.yaml', '--seed', '-1'], '"-1" is not a whole number.'],
    [['export', 'm', '--format', 'onxn'], 'Allowed choices are onnx, safetensors.'],
  ])('says what is wrong with %j and exits with 2', async (args, message) => {
    const { code, stdout, stderr } = await invoke(...args);
    expect(stderr).toContain(message);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  it('shows what it can do when it is called with nothing, and exits with 2', async () => {
    const { code, stderr } = await invoke();
    expect(stderr).toMatch(/^Usage: distiller /);
    expect(code).toBe(2);
  });
});
