import { z } from 'zod';
import { DistillerError, type ErrorCode } from './errors.js';
import { didYouMean } from './suggestion.js';

/**
 * Checks a recipe, or any other value that a person wrote, against a schema and fills in the defaults.
 *
 * @param where names the value in the message, e.g. `recipe.yaml` or `objective "soft-target"`.
 * @returns the parsed value; `raw` is left as it is.
 * @throws DistillerError with `code` (`config` unless given) that lists every problem as `path: message`;
 *   misspelt settings and choices come with a suggestion.
 */
export function validateRecipe<Schema extends z.ZodType>(
  schema: Schema,
  raw: unknown,
  where: string,
  code: ErrorCode = 'config',
): z.output<Schema> {
  const result = schema.safeParse(raw, { error: explain, reportInput: true });
  if (result.success) return result.data;
  const { issues } = result.error;
  const count = issues.length === 1 ? 'a problem' : `${issues.length} problems`;
  const lines = issues.map((issue) => `  ${issue.path.join('.') || '(top level)'}: ${say(issue)}`);
  throw new DistillerError(code, [`${where} has ${count}:`, ...lines].join('\n'));
}

/** Messages for the mistakes that people make most; undefined leaves it to Zod. */
const explain: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = Object.keys((issue.inst as unknown as z.core.$ZodObject)._zod.def.shape);
      return issue.keys
        .map((key) => `unknown setting "${key}". ${didYouMean(key, known)}`)
        .join(' ');
    }
    case 'invalid_value':
      return typeof issue.input === 'string' && issue.values.length > 1
        ? `"${issue.input}" is not one of the choices. ${didYouMean(issue.input, issue.values.map(String))}`
        : undefined;
    case 'invalid_type':
      return issue.input === undefined ? `is missing; expected ${issue.expected}` : undefined;
    default:
      return undefined;
  }
};

function say(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const forms = issue.errors.map((branch) => branch.map(sayBelow).join(', and '));
    return `fits none of its forms: ${forms.join('; or ')}${given(issue.input, '')}`;
  }
  return issue.message + given(issue.input, issue.message);
}

/** A problem inside one form of a union; its path counts from the union. */
function sayBelow(issue: z.core.$ZodIssue): string {
  return [issue.path.join('.'), issue.message].filter(Boolean).join(': ');
}

/** ` (given …)` for values that are short enough to show, unless the message quotes them already. */
function given(input: unknown, message: string): string {
  const isShown = ['string', 'number', 'boolean'].includes(typeof input) || input === null;
  const text = JSON.stringify(input);
  const isQuoted = typeof input === 'string' && message.includes(text);
  return isShown && !isQuoted ? ` (given ${text})` : '';
}
