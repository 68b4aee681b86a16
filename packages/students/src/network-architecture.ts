import { join } from 'node:path';
import {
  defineComponent,
  DistillerError,
  readModelConfig,
  validateRecipe,
  type HeadRequest,
  type OpenModelOptions,
  type TaskKind,
  type TextModel,
  type Weights,
} from '@distiller/core';
import { loadTokenizer } from '@distiller/data';
import { readSafetensors } from '@distiller/engine';
import { z } from 'zod';
import { initialValues, type Network } from './network.js';
import {
  assertTextKind,
  networkModel,
  networkShape,
  PROBLEM_TYPES,
  type NetworkParts,
} from './network-model.js';

const COMMON = z.looseObject({
  max_length: z.int().positive(),
  problem_type: z.enum(Object.values(PROBLEM_TYPES) as [string, ...string[]]),
  id2label: z.record(z.string(), z.string()),
});

/** The architecture of a network: opens what its models save. */
export function networkArchitecture<Settings>(network: Network<Settings>, summary: string) {
  return defineComponent({
    kind: 'architecture',
    name: network.modelType,
    summary,
    settings: z.strictObject({}),
    needs: {},
    create: () => ({
      open: (folder: string, options?: OpenModelOptions) => openNetwork(network, folder, options),
    }),
  });
}

/**
 * Opens the folder of a network.
 *
 * @throws DistillerError `input` naming the file and what is wrong with it.
 */
export async function openNetwork<Settings>(
  network: Network<Settings>,
  folder: string,
  { head, onNotice }: OpenModelOptions = {},
): Promise<TextModel> {
  const stored = await storedParts(network, folder);
  if (head) assertTextKind(network.modelType, head);
  const parts = head ? { ...stored, labels: head.labels, kind: head.kind } : stored;
  const path = join(folder, 'model.safetensors');
  const { tensors } = await readSafetensors(path);
  const isKept = !head || String(stored.labels) === String(head.labels);
  const weights = Object.fromEntries(
    Object.entries(network.parameters(networkShape(parts))).map(([name, plan]) => {
      if (head && !isKept && name.startsWith('classifier.'))
        return [name, initialValues(plan, head.rng.derive(name))];
      const found = tensors[name];
      if (found?.dtype === 'float32' && String(found.shape) === String(plan.shape)) {
        assertFinite(path, name, found.data as Float32Array);
        return [name, found];
      }
      throw new DistillerError(
        'input',
        `${path}: "${name}" is ${found ? `${found.dtype} [${found.shape.join(', ')}]` : 'missing'}, but config.json calls for float32 [${plan.shape.join(', ')}]. Check that config.json belongs to it.`,
      );
    }),
  ) as Weights;
  if (!isKept) onNotice?.(`${folder}: new random weights for the classifier.`);
  return networkModel(network, parts, weights);
}

async function storedParts<Settings>(
  network: Network<Settings>,
  folder: string,
): Promise<NetworkParts<Settings>> {
  const path = join(folder, 'config.json');
  const json = await readModelConfig(folder);
  const config = validateRecipe(COMMON, json, path, 'input');
  const kind = (Object.keys(PROBLEM_TYPES) as TaskKind[]).find(
    (name) => PROBLEM_TYPES[name] === config.problem_type,
  ) as HeadRequest['kind'];
  const { id2label } = config;
  const labels = Object.keys(id2label).map((_, id) => {
    const label = id2label[String(id)];
    if (label !== undefined) return label;
    throw new DistillerError(
      'input',
      `${path}: id2label must map "0", "1", … to names without a gap, but it is ${JSON.stringify(id2label)}.`,
    );
  });
  return {
    settings: validateRecipe(network.settings, json['settings'], `${path}: settings`, 'input'),
    maxLength: config.max_length,
    tokenizer: await loadTokenizer(folder),
    labels: kind === 'regression' ? [] : labels,
    kind,
  };
}

function assertFinite(path: string, name: string, data: Float32Array): void {
  const broken = data.findIndex((value) => !Number.isFinite(value));
  if (broken < 0) return;
  throw new DistillerError(
    'input',
    `${path}: "${name}" holds ${data[broken]} at element ${broken}, so the model could compute nothing. The training that wrote it diverged, or the file is damaged.`,
  );
}
