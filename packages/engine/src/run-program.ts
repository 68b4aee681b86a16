import {
  DistillerError,
  type Program,
  type ProgramContext,
  type ProgramResult,
  type Tensors,
} from '@distiller/core';
import type * as tf from '@tensorflow/tfjs';
import { registerComparisonGradients } from './ops/comparison-gradients.js';

/** What an engine supplies to run a program once. */
export interface ProgramCall {
  /** The engine's name, for messages. */
  readonly engine: string;
  readonly params: Tensors;
  readonly inputs: Tensors;
  readonly training: boolean;
  /** Makes the tensor behind `context.uniform`; asked once per site. */
  uniform(site: string, shape: readonly number[]): tf.Tensor;
}

/**
 * Calls a program as every engine must: names that it reads but was not given, the owner of an op that
 * fails, and results of a wrong form all end up in the message.
 *
 * @throws DistillerError with the code of the error inside, `unsupported` for foreign errors;
 *   `shape` when the loss is not a scalar.
 */
export function runProgram(program: Program, call: ProgramCall): ProgramResult {
  registerComparisonGradients();
  const absent = new Set<string>();
  const owners: string[] = [];
  let culprit: string | undefined; // path of owners where the error left the innermost `within`
  const sites = new Set<string>();

  const context: ProgramContext = {
    training: call.training,
    uniform: (site, shape) => {
      if (sites.has(site)) {
        throw new DistillerError(
          'unsupported',
          `random site "${site}" was used twice in one program; give each use a name of its own.`,
        );
      }
      sites.add(site);
      return call.uniform(site, shape);
    },
    within: (owner, body) => {
      owners.push(owner);
      try {
        return body();
      } catch (error) {
        culprit ??= owners.join(' › ');
        throw error;
      } finally {
        owners.pop();
      }
    },
  };

  let result: ProgramResult;
  try {
    result = program(
      watched('parameter', call.params, absent),
      watched('input', call.inputs, absent),
      context,
    );
  } catch (error) {
    const where = culprit ?? `program on ${call.engine}`;
    const hint = absent.size === 0 ? '' : ` It read ${[...absent].join(' and ')}.`;
    const code = error instanceof DistillerError ? error.code : 'unsupported';
    const message = error instanceof Error ? error.message : String(error);
    throw new DistillerError(code, `${where}: ${message}${hint}`, { cause: error });
  }
  if (result.loss && result.loss.size !== 1) {
    throw new DistillerError(
      'shape',
      `program on ${call.engine}: the loss is [${result.loss.shape.join(', ')}]; it must be a scalar.`,
    );
  }
  return result;
}

/** The same record, which notes the names that were read in vain. Asking with `in` is no read. */
function watched(what: string, tensors: Tensors, absent: Set<string>): Tensors {
  return new Proxy(tensors, {
    get: (target, name) => {
      if (typeof name !== 'string' || Object.hasOwn(target, name)) return Reflect.get(target, name);
      const given = Object.keys(target).join(', ') || 'none';
      absent.add(`${what} "${name}", which was not given (given: ${given})`);
      return undefined;
    },
  });
}
