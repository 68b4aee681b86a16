import { defineComponent, REPORTER, RESOLVE_PATH, type Student } from '@distiller/core';
import type { z } from 'zod';
import { bilstmNetwork, bilstmSizes } from './bilstm-network.js';
import { networkArchitecture } from './network-architecture.js';
import {
  wordVectorSettings,
  wordVectorStudent,
  type WordVectorServices,
} from './word-vector-student.js';

const settings = wordVectorSettings(bilstmSizes);

export type BilstmOptions = z.input<typeof settings>;

/**
 * The bi-LSTM student of Tang et al., with random weights or pre-trained word vectors.
 *
 * @throws DistillerError `config` listing every problem of the settings.
 */
export function bilstm(options: BilstmOptions = {}, services?: WordVectorServices): Student {
  return wordVectorStudent(bilstmNetwork, settings, options, services);
}

export const bilstmComponent = defineComponent({
  kind: 'student',
  name: 'bilstm',
  summary: 'A one-layer bidirectional LSTM on word vectors.',
  source: 'Tang et al. 2019, arXiv:1903.12136, §3.1',
  settings,
  needs: { resolvePath: RESOLVE_PATH, reporter: REPORTER },
  create: bilstm,
});

export const bilstmArchitecture = networkArchitecture(bilstmNetwork, 'Saved bilstm students.');
