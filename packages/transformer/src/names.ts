import { DistillerError } from '@distiller/core';
import type { Family, TransformerConfig } from './config.js';
import { parameterShapes } from './parameters.js';

type Named = Pick<TransformerConfig, 'family' | 'problem'>;

/** Endings of our names and of a family's, where they differ. The first that fits is used. */
type Renaming = readonly (readonly [ours: RegExp, theirs: string])[];

const ROBERTA_MASKED_LM: Renaming = [
  [/^cls\.predictions\.transform\.LayerNorm\./, 'lm_head.layer_norm.'],
  [/^cls\.predictions\.(transform\.)?/, 'lm_head.'],
];

const DENSE_HEAD: Renaming = [
  [/^pooler\.dense\./, 'classifier.dense.'],
  [/^classifier\./, 'classifier.out_proj.'],
];

/** The one set of weights that all blocks of an ALBERT share. */
const ALBERT_LAYER = 'encoder.albert_layer_groups.0.albert_layers.0';

const RENAMINGS: Readonly<Record<Family, Renaming>> = {
  bert: [],
  roberta: [...ROBERTA_MASKED_LM, ...DENSE_HEAD],
  electra: DENSE_HEAD,
  albert: [
    [/^pooler\.dense\./, 'pooler.'],
    [/^embeddings_project\./, 'encoder.embedding_hidden_mapping_in.'],
    [/^encoder\.layer\.0\.attention\.self\.(query|key|value)\./, `${ALBERT_LAYER}.attention.$1.`],
    [/^encoder\.layer\.0\.attention\.output\.dense\./, `${ALBERT_LAYER}.attention.dense.`],
    [/^encoder\.layer\.0\.attention\.output\.LayerNorm\./, `${ALBERT_LAYER}.attention.LayerNorm.`],
    [/^encoder\.layer\.0\.intermediate\.dense\./, `${ALBERT_LAYER}.ffn.`],
    [/^encoder\.layer\.0\.output\.dense\./, `${ALBERT_LAYER}.ffn_output.`],
    [/^encoder\.layer\.0\.output\.LayerNorm\./, `${ALBERT_LAYER}.full_layer_layer_norm.`],
  ],
  distilbert: [
    [/^cls\.predictions\.transform\.dense\./, 'vocab_transform.'],
    [/^cls\.predictions\.transform\.LayerNorm\./, 'vocab_layer_norm.'],
    [/^cls\.predictions\.bias$/, 'vocab_projector.bias'],
    [/^pooler\.dense\./, 'pre_classifier.'],
    [/^encoder\.(layer\.\d+\.attention)\.self\.query\./, 'transformer.$1.q_lin.'],
    [/^encoder\.(layer\.\d+\.attention)\.self\.key\./, 'transformer.$1.k_lin.'],
    [/^encoder\.(layer\.\d+\.attention)\.self\.value\./, 'transformer.$1.v_lin.'],
    [/^encoder\.(layer\.\d+\.attention)\.output\.dense\./, 'transformer.$1.out_lin.'],
    [/^encoder\.(layer\.\d+)\.attention\.output\.LayerNorm\./, 'transformer.$1.sa_layer_norm.'],
    [/^encoder\.(layer\.\d+)\.intermediate\.dense\./, 'transformer.$1.ffn.lin1.'],
    [/^encoder\.(layer\.\d+)\.output\.dense\./, 'transformer.$1.ffn.lin2.'],
    [/^encoder\.(layer\.\d+)\.output\.LayerNorm\./, 'transformer.$1.output_layer_norm.'],
  ],
};

/** Heads on every token have one name in all families. */
const TOKEN_HEADS: Partial<Record<TransformerConfig['problem'], string>> = {
  'token-classification': 'classifier.',
  span: 'qa_outputs.',
};

/** Parts that a model with a head keeps inside the base model, where files put the family's prefix before them. */
const BASE_PARTS = /^(embeddings|embeddings_project|encoder|transformer)\./;

/** Families whose base model ends with the hidden layer of the head. */
const HAS_POOLER: ReadonlySet<Family> = new Set(['bert', 'albert']);

/** Constants that older versions of transformers wrote among the weights. */
const BUFFERS = /^embeddings\.(position_ids|token_type_ids)$/;

/** A masked language model's last layer once more: its weight is the word table, its bias the head's. */
const TIED =
  /^(cls\.predictions\.decoder|lm_head\.decoder|vocab_projector)\.weight$|\.decoder\.bias$/;

/** Our name of a parameter as the family's, without the prefix of the base model. */
function unprefixedName({ family, problem }: Named, name: string): string {
  const tokenHead = TOKEN_HEADS[problem];
  if (tokenHead && name.startsWith('classifier.')) return name.replace('classifier.', tokenHead);
  const renaming = RENAMINGS[family].find(([ours]) => ours.test(name));
  return renaming ? name.replace(...renaming) : name;
}

/** Our name of a parameter as transformers writes it for a model of the family and the head. */
export function fileName(config: Named, name: string): string {
  const { family } = config;
  const theirs = unprefixedName(config, name);
  const inBase =
    BASE_PARTS.test(theirs) || (HAS_POOLER.has(family) && theirs.startsWith('pooler.'));
  return inBase ? `${family}.${theirs}` : theirs;
}

export interface NameMatch {
  /** Name in the file by our name. */
  readonly found: ReadonlyMap<string, string>;
  /** Our names of what the file lacks. */
  readonly missing: readonly string[];
  /** Names in the file that the model has no use for, e.g. of a language-model head beside a classifier. */
  readonly ignored: readonly string[];
}

/**
 * Finds the parameters of a model in a file of its family. Understands base models (without prefix) and
 * classifiers (with it), and the names `gamma` and `beta` of the first releases.
 *
 * @param where the file, for messages.
 * @throws DistillerError `input` when two names mean one parameter, or when the file holds encoder weights that
 *   the configuration has no place for.
 */
export function matchNames(
  config: TransformerConfig,
  names: readonly string[],
  where: string,
): NameMatch {
  const ours = new Map<string, string>();
  const missing = new Set<string>();
  for (const name of parameterShapes(config).keys()) {
    ours.set(unprefixedName(config, name), name);
    missing.add(name);
  }
  const found = new Map<string, string>();
  const ignored: string[] = [];
  const isMaskedLm = config.problem === 'masked-lm';
  for (const given of names) {
    const theirs = normalize(config.family, given);
    if (BUFFERS.test(theirs) || (isMaskedLm && TIED.test(theirs))) continue;
    const name = ours.get(theirs);
    if (name === undefined) {
      if (BASE_PARTS.test(theirs)) {
        throw new DistillerError(
          'input',
          `${where} holds "${given}", which a ${config.family} model with ${config.layers} layers does not have. ` +
            'Check that config.json belongs to it.',
        );
      }
      ignored.push(given);
      continue;
    }
    const other = found.get(name);
    if (other !== undefined) {
      throw new DistillerError(
        'input',
        `${where} holds the same weight twice: "${other}" and "${given}".`,
      );
    }
    found.set(name, given);
    missing.delete(name);
  }
  return { found, missing: [...missing], ignored };
}

function normalize(family: Family, name: string): string {
  const prefix = `${family}.`;
  const bare = name.startsWith(prefix) ? name.slice(prefix.length) : name;
  return bare.replace(/\.gamma$/, '.weight').replace(/\.beta$/, '.bias');
}
