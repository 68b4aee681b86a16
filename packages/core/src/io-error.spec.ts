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

  it('says no more than it knows', () => {
    expect(ioError('read', 'f', new Error('odd')).message).toBe("Can't read f: odd.");
  });

  it('lets our own errors through', () => {
    const own = new DistillerError('input', 'x');
    expect(ioError('read', 'f', own)).toBe(own);
  });
});
