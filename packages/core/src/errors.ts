/** What went wrong, as a stable word that programs may branch on. */
export type ErrorCode =
  | 'config' // a setting or a recipe is wrong
  | 'unknown-component'
  | 'duplicate-component'
  | 'plugin' // a plugin is missing, incompatible or malformed
  | 'missing-package' // an optional npm package is not installed
  | 'input' // a data or model file is wrong
  | 'io' // reading or writing failed: disk full, no permission
  | 'shape' // tensors do not fit together
  | 'unsupported' // an engine can't run this program
  | 'numeric' // a loss or a gradient is not finite
  | 'cancelled'
  | 'bug'; // an internal impossibility

/** Codes that blame what the user typed; the command exits with 2 for these and with 1 for the rest. */
const USAGE_CODES: ReadonlySet<ErrorCode> = new Set([
  'config',
  'unknown-component',
  'duplicate-component',
  'plugin',
  'missing-package',
]);

/**
 * The one error class of the project. The message says where, what was given, what was expected and
 * what to do; it is written for the user and printed alone.
 */
export class DistillerError extends Error {
  override readonly name = 'DistillerError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** 2 when the recipe or the command line is at fault, 1 otherwise. */
  get exitCode(): 1 | 2 {
    return USAGE_CODES.has(this.code) ? 2 : 1;
  }
}
