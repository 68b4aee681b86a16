import { dropout } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import type { MlpSettings } from './critic-settings.js';
import { dense, denseWeights } from './dense-layer.js';
import type { Encoder } from './encoder.js';
import { pool } from './pool.js';

/** Pools a text, then maps the row: linear maps with a ReLU and dropout between them; one map alone is a projection. */
export function mlpEncoder(settings: MlpSettings): Encoder {
  const { layers, hidden } = settings;
  const indices = Array.from({ length: layers }, (_, index) => index);
  return {
    parameters: (width, out, rng) =>
      Object.assign(
        {},
        ...indices.map((index) => {
          const [from, to] = [index === 0 ? width : hidden, index === layers - 1 ? out : hidden];
          return denseWeights(`layer.${index}`, from, to, rng);
        }),
      ),
    rows: (states, mask, params, context) =>
      tf.tidy(() =>
        indices.reduce(
          (x, index) => {
            const mapped = dense(params, `layer.${index}`, x);
            if (index === layers - 1) return mapped;
            return dropout(tf.relu(mapped), settings.dropout, `layer.${index}`, context);
          },
          pool(states, mask, settings),
        ),
      ),
  };
}
