import { describe, expect, it } from '@jest/globals';
import { DistillerError } from '@distiller/core';
import { capturedIo } from './captured-io.js';
import { reportError } from './error-report.js';

describe('reportError', () => {
  it('prints the message alone, and blames usage with 2 and the rest with 1', () => {
    const io = capturedIo();
    expect(reportError(new DistillerError('config', 'No such setting.'), io, {})).toBe(2);
    expect(reportError(new DistillerError('io', 'The disk is full.'), io, {})).toBe(1);
    expect(io.stderr).toBe('No such setting.\nThe disk is full.\n');
    expect(io.stdout).toBe('');
  });

  it('adds stack and causes when verbose', () => {
    const io = capturedIo();
    const cause = new Error('ENOENT: gone');
    reportError(new DistillerError('io', 'Can not read.', { cause }), io, { verbose: true });
    expect(io.stderr).toMatch(/^Can not read\.\n\nDistillerError: Can not read\.\n {4}at /);
    expect(io.stderr).toMatch(/\nCaused by: Error: ENOENT: gone\n {4}at /);
  });

  it('gives programs a JSON document', () => {
    const io = capturedIo();
    reportError(new DistillerError('input', 'Bad row.'), io, { json: true });
    expect(JSON.parse(io.stdout)).toEqual({ error: { code: 'input', message: 'Bad row.' } });
    expect(io.stderr).toBe('Bad row.\n');
  });

  it('calls a foreign error a bug, unless the user asked to stop', () => {
    const io = capturedIo();
    expect(reportError(new TypeError('x is undefined'), io, {})).toBe(1);
    expect(io.stderr).toBe(
      'Something failed that should not: x is undefined. This is a bug in Distiller or in a plugin.\n' +
        'Run it again with --verbose to see where.\n',
    );
    const stopped = capturedIo({ signal: AbortSignal.abort() });
    expect(reportError(new Error('aborted'), stopped, {})).toBe(1);
    expect(stopped.stderr).toBe('Stopped.\n');
  });

  it('knows an error of another copy of the core', () => {
    const foreign = Object.assign(new Error('Bad.'), { code: 'config', exitCode: 2 });
    foreign.name = 'DistillerError';
    expect(reportError(foreign, capturedIo(), {})).toBe(2);
  });
});
