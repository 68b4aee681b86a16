import { DistillerError } from './errors.js';

/** What to do about the errors of the operating system that a user can mend. */
const ADVICE: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full. Free some space or choose another folder.',
  EDQUOT: 'Your disk quota is used up. Free some space or choose another folder.',
  EFBIG: 'The file system or a limit of this process does not allow files of this size.',
  EACCES: 'Permission was denied. Change the permissions or choose another folder.',
  EPERM: 'Permission was denied. Change the permissions or choose another folder.',
  EROFS: 'The file system is read-only. Choose another folder.',
  ENOENT: 'It does not exist. Check the path.',
  ENOTDIR: 'A part of the path is a file, not a folder. Check the path.',
  EEXIST: 'A part of the path is a file, not a folder. Check the path.',
  EISDIR: 'It is a folder, not a file. Check the path.',
  EMFILE: 'Too many files are open. Raise the limit (`ulimit -n`).',
};

/** What Node adds to its messages: `, open '/tmp/.f.tmp'`. The path that the user knows is in ours. */
const SYSTEM_CALL = /, [a-z]+(?: '[^']*'(?: -> '[^']*')?)?$/;

/**
 * A DistillerError `io` for a failed call of the file system: names the path and says what to do.
 * An error that is a DistillerError already comes back unchanged.
 *
 * @param action what was tried, as in `write` or `read`.
 * @param cause what the call threw.
 */
export function ioError(action: string, path: string, cause: unknown): DistillerError {
  if (cause instanceof DistillerError) return cause;
  const { code, message } = cause as NodeJS.ErrnoException;
  const advice = ADVICE[code ?? ''] ?? '';
  const why = message.replace(SYSTEM_CALL, '');
  return new DistillerError('io', `Can't ${action} ${path}: ${why}. ${advice}`.trimEnd(), {
    cause,
  });
}
