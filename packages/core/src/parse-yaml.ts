import { parseDocument } from 'yaml';
import { DistillerError } from './errors.js';

/**
 * Reads YAML 1.2, and JSON with it, as pure data: tags that would make anything else are refused, as are
 * keys given twice.
 *
 * @param where names the text in messages, e.g. its path.
 * @throws DistillerError `config` with every problem's line and column.
 */
export function parseYaml(text: string, where: string): unknown {
  const document = parseDocument(text, { stringKeys: true });
  const problems = [...document.errors, ...document.warnings].map(({ message }) =>
    message.trimEnd(),
  );
  if (problems.length > 0) {
    throw new DistillerError('config', `${where} is not valid YAML. ${problems.join('\n')}`);
  }
  try {
    return document.toJS();
  } catch (cause) {
    // An alias to nothing, or aliases that would multiply beyond measure.
    throw new DistillerError('config', `${where}: ${(cause as Error).message}.`, { cause });
  }
}
