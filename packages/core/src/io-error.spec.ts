import { describe, expect, it } from '@jest/globals';
import { DistillerError } from './errors.js';
import { ioError } from './io-error.js';

describe('ioError', () => {
  it.each([
    ['ENOSPC', 'The disk is full.'],
    ['EACCES', 'Permission was denied.'],
    ['EROFS', 'The file system is read-only.'],
    ['ENOENT', 'It does not exist.'],
  ])('says what to do about %s', (code, advice) => {
    const cause = Object.assign(new Error('why'), { code });
    const error = ioError('read', '/data/f', cause);
    expect(error).toMatchObject({ code: 'io', exitCode: 1, cause });
    expect(error.message).toContain(`Can't read /data/f: why. ${advice}`);
  });

  it.each([
    ["ENOTDIR: not a directory, open '/d/.f.tmp'", 'ENOTDIR: not a directory.'],
    ["EISDIR: is a directory, rename '/d/.f.tmp' -> '/d/f'", 'EISDIR: is a directory.'],
    ['ENOSPC: no space left on device, write', 'ENOSPC: no space left on device.'],
  ])('leaves the system call out of %j', (message, shown) => {
    expect(ioError('write', '/d/f', new Error(message)).message).toBe(`Can't write /d/f: ${shown}`);
  });

  it('says no more than it knows', () => {
    expect(ioError('read', 'f', new Error('odd')).message).toBe("Can't read f: odd.");
  });

  it('lets our own errors through', () => {
    const own = new DistillerError('input', 'x');
    expect(ioError('read', 'f', own)).toBe(own);
  });
});
