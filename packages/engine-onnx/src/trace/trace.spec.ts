import { describe, expect, it } from '@jest/globals';
import type { Program } from '@distiller/core';
import * as tf from '@tensorflow/tfjs';
import { reachable } from '../graph/graph.js';
import { traceForward, traceGradients } from './trace.js';

tf.enableProdMode(); // no advertisement from the cpu backend

const vector = { dtype: 'float32', shape: [3] } as const;

function request(program: Program) {
  return { engine: 'onnx/cpu', program, params: { w: vector }, inputs: { x: vector } };
}

const loss = (body: (w: tf.Tensor, x: tf.Tensor) => tf.Tensor): Program => {
  return ({ w }, { x }) => ({
    loss: tf.sum(body(w as tf.Tensor, x as tf.Tensor)) as tf.Scalar,
    outputs: {},
  });
};

describe('tracing', () => {
  it('records forward and backward pass without numbers', () => {
    const { outputs } = traceGradients(request(loss((w, x) => tf.mul(w, x))));
    expect([...outputs.keys()]).toEqual(['loss', 'gradient/w']);
    expect(outputs.get('gradient/w')?.shape).toEqual([3]);
  });

  it('notes on whose behalf an operation was recorded', () => {
    const { outputs } = traceForward(
      request(({ w }, _, context) => ({
        outputs: {
          y: context.within('block', () => context.within('norm', () => tf.exp(w as tf.Tensor))),
        },
      })),
    );
    expect(reachable(outputs).at(-1)?.owner).toBe('block › norm');
  });

  it('names kernel, op and component of what it cannot compile', () => {
    const program: Program = ({ w }, _, context) => ({
      outputs: { y: context.within('objective odd', () => tf.topk(w as tf.Tensor, 1).values) },
    });
    expect(() => traceForward(request(program))).toThrow(
      'objective odd: the kernel TopK (in topk) cannot be compiled. Compose it from other ops, or use an eager engine (tfjs).',
    );
  });

  it('refuses to read values on the host', () => {
    const program = loss((w, x) => ((x.dataSync()[0] as number) > 0 ? w : x));
    expect(() => traceGradients(request(program))).toThrow(
      /^program on onnx\/cpu: the program reads values on the host/,
    );
  });

  it('refuses a tensor from outside', () => {
    const outside = tf.tensor([1, 2, 3]);
    expect(() => traceGradients(request(loss((w) => tf.mul(w, outside))))).toThrow(
      'the program uses a tensor that was made outside it',
    );
    outside.dispose();
  });

  it('refuses to train without a loss', () => {
    expect(() => traceGradients(request(() => ({ outputs: {} })))).toThrow(
      "program on onnx/cpu: it has no loss, so it can't be trained.",
    );
  });

  it('leaves no tensor behind and the backend as it was', async () => {
    await tf.setBackend('cpu');
    const before = tf.memory().numTensors;
    traceGradients(request(loss((w, x) => tf.square(tf.sub(w, x)))));
    expect(() => traceGradients(request(loss((w) => tf.topk(tf.exp(w), 1).values)))).toThrow();
    expect(tf.memory().numTensors).toBe(before);
    expect(tf.getBackend()).toBe('cpu');
  });
});
