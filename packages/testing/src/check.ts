/** One promise of a contract, tested without a test framework, so that plugins may use any. */
export interface Check<Subject> {
  /** Completes the sentence "the subject …". */
  readonly name: string;
  /** Throws (`node:assert`) when the promise is broken. */
  run(subject: Subject): void | Promise<void>;
}
