import type { Check } from './check.js';

/** Names of the checks that a subject breaks. */
export async function failingChecks<Subject>(
  checks: readonly Check<Subject>[],
  subject: Subject,
): Promise<string[]> {
  const failing: string[] = [];
  for (const check of checks) {
    try {
      await check.run(subject);
    } catch {
      failing.push(check.name);
    }
  }
  return failing;
}
