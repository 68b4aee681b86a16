import { describe, expect, it } from '@jest/globals';
import { DistillerError, type Program } from '@distiller/core';
import * as tf from '@tensorflow/tfjs';
import { runProgram } from './run-program.js';

tf.enableProdMode(); // no advertisement from the cpu backend

function run(program: Program) {
  return runProgram(program, {
    engine: 'tfjs/cpu',
    params: { w: tf.tensor1d([1, 2]) },
    inputs: { x: tf.tensor1d([3, 4]) },
    training: true,
    uniform: (_, shape) => tf.zeros([...shape]),
  });
}

describe('runProgram', () => {
  it('names the owners of a failing op, outermost first', () => {
    const attempt = () =>
      run((params, _, context) =>
        context.within('encoder', () =>
          context.within('layer 2', () => ({
            outputs: { y: tf.reshape(params['w'] as tf.Tensor, [3]) },
          })),
        ),
      );
    expect(attempt).toThrow(/^encoder › layer 2: Size\(2\) must match the product of shape 3\.?$/);
    expect(attempt).toThrow(expect.objectContaining({ code: 'unsupported' }));
  });

  it('forgets an owner whose error was caught', () => {
    const attempt = () =>
      run((_params, _inputs, context) => {
        context.within('done', () => undefined);
        throw new DistillerError('config', 'no');
      });
    expect(attempt).toThrow('program on tfjs/cpu: no');
  });

  it('tells which names were read in vain', () => {
    expect(() =>
      run((params, inputs) => ({
        outputs: { y: tf.add(params['v'] as tf.Tensor, inputs['x'] as tf.Tensor) },
      })),
    ).toThrow(/It read parameter "v", which was not given \(given: w\)\.$/);
  });

  it('lets a program ask for an optional input', () => {
    const { outputs } = run((_, inputs) => ({
      outputs: 'labels' in inputs || inputs['labels'] ? {} : { x: inputs['x'] as tf.Tensor },
    }));
    expect(Object.keys(outputs)).toEqual(['x']);
  });

  it('refuses a loss that is not a scalar', () => {
    expect(() => run((params) => ({ loss: params['w'] as tf.Scalar, outputs: {} }))).toThrow(
      'program on tfjs/cpu: the loss is [2]; it must be a scalar.',
    );
  });

  it('refuses a site that is used twice', () => {
    expect(() =>
      run((_params, _inputs, context) =>
        context.within('layer 0', () => ({
          outputs: { a: context.uniform('noise', [1]), b: context.uniform('noise', [1]) },
        })),
      ),
    ).toThrow(
      'layer 0: random site "noise" was used twice in one program; give each use a name of its own.',
    );
  });
});
