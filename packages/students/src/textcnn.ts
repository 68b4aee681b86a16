import { defineComponent, REPORTER, RESOLVE_PATH, type Student } from '@distiller/core';
import type { z } from 'zod';
import { textcnnNetwork, textcnnSizes } from './textcnn-network.js';
import { networkArchitecture } from './network-architecture.js';
import {
  wordVectorSettings,
  wordVectorStudent,
  type WordVectorServices,
} from './word-vector-student.js';

const settings = wordVectorSettings(textcnnSizes);

export type TextcnnOptions = z.input<typeof settings>;

/**
 * The convolutional student of Kim, with random weights or pre-trained word vectors.
 *
 * @throws DistillerError `config` listing every problem of the settings.
 */
export function textcnn(options: TextcnnOptions = {}, services?: WordVectorServices): Student {
  return wordVectorStudent(textcnnNetwork, settings, options, services);
}

export const textcnnComponent = defineComponent({
  kind: 'student',
  name: 'textcnn',
  summary: 'Convolutions over word vectors, each pooled to its maximum.',
  source: 'Kim 2014, arXiv:1408.5882, §2',
  settings,
  needs: { resolvePath: RESOLVE_PATH, reporter: REPORTER },
  create: textcnn,
});

export const textcnnArchitecture = networkArchitecture(textcnnNetwork, 'Saved textcnn students.');
