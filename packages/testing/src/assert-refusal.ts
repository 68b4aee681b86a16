import { ok } from 'node:assert';
import { DistillerError, type ErrorCode } from '@distiller/core';

/** Fails unless what was asked for is refused by a DistillerError with one of these codes, which it returns. */
export async function assertRefusal(
  what: string,
  asked: Promise<unknown>,
  codes: readonly ErrorCode[],
): Promise<DistillerError> {
  const error = await asked.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  ok(
    error instanceof DistillerError && codes.includes(error.code),
    `${what}: expected a DistillerError with code ${codes.map((code) => `"${code}"`).join(' or ')}, got ${String(error)}`,
  );
  return error;
}
