import {
  defineComponent,
  type HostTensor,
  type HostTensors,
  type LayerFeature,
  type LayerPair,
  type Matching,
  type PairWeighting,
} from '@distiller/core';
import { z } from 'zod';
import { costAttention, type LayerWeights } from './cost-attention.js';
import { checkDepths } from './match-depths.js';
import { transport } from './transport.js';

const settings = z.strictObject({
  costAttention: z
    .boolean()
    .default(true)
    .describe('Give layers that are cheap to match a larger share from step to step.'),
  temperature: z.number().positive().default(1).describe('τ of the cost attention.'),
  losses: z
    .enum(['own', 'previous'])
    .default('own')
    .describe(
      "Whose losses are the costs: the batch's own, for another forward pass, or those of the step before, for nothing.",
    ),
  share: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Terms with the same name here share the layers’ weights: their mean after each step.',
    ),
});

export type EmdOptions = z.input<typeof settings>;

/**
 * Earth mover's distance between the layers: every student layer j learns from every teacher layer i as much as the cheapest
 * transport from student to teacher layers says, with the losses of the pairs for costs,
 *
 *     L = Σ_ji F*_ji · C_ji,   F* = argmin Σ_ji F_ji C_ji,  F·1 = w^S, Fᵀ·1 = w^T
 *
 * with the shares w uniform at first. The flow is a constant of the step: the gradient goes through C alone. Embeddings
 * learn from embeddings, with weight 1.
 *
 * @throws DistillerError `config` when the student is deeper than the teacher.
 * @see Li et al., "BERT-EMD: Many-to-Many Layer Mapping for BERT Compression with Earth Mover's Distance", 2020, §3,
 *   arXiv:2010.06133
 */
export function emd(options: EmdOptions = {}): Matching {
  const parsed = settings.parse(options);
  return {
    pairs(feature, n, m) {
      checkDepths('emd', n, m);
      const first = feature === 'hidden' ? 1 : 0;
      const between = Array.from({ length: n * m }, (_, k) => ({
        student: first + Math.floor(k / m),
        teacher: first + (k % m),
        weight: 1 / (n * m),
      }));
      return feature === 'hidden' ? [{ student: 0, teacher: 0, weight: 1 }, ...between] : between;
    },
    weighting: (pairs, feature) => new EmdWeighting(pairs, feature, parsed),
  };
}

class EmdWeighting implements PairWeighting {
  readonly losses: 'own' | 'previous';
  readonly group: string | undefined;
  /** Pairs before the transported ones: that of the embeddings. */
  private readonly fixed: number;
  private readonly studentLayers: number;
  private readonly teacherLayers: number;
  /** As float32, so that a resumed run continues with the same numbers. */
  private student: Float32Array;
  private teacher: Float32Array;

  constructor(
    pairs: readonly LayerPair[],
    feature: LayerFeature,
    private readonly options: z.output<typeof settings>,
  ) {
    this.losses = options.losses;
    this.group = options.share;
    this.fixed = feature === 'hidden' ? 1 : 0;
    this.studentLayers = new Set(pairs.slice(this.fixed).map(({ student }) => student)).size;
    this.teacherLayers = (pairs.length - this.fixed) / this.studentLayers;
    this.student = new Float32Array(this.studentLayers).fill(1 / this.studentLayers);
    this.teacher = new Float32Array(this.teacherLayers).fill(1 / this.teacherLayers);
  }

  weigh(losses: Float32Array): Float32Array {
    const flow = transport(this.costs(losses), normalised(this.student), normalised(this.teacher));
    return Float32Array.from([...losses.subarray(0, this.fixed).map(() => 1), ...flow.flat()]);
  }

  update(losses: Float32Array): void {
    if (!this.options.costAttention) return;
    const weights: LayerWeights = {
      student: normalised(this.student),
      teacher: normalised(this.teacher),
    };
    const costs = this.costs(losses);
    const flow = transport(costs, weights.student, weights.teacher);
    const next = costAttention(costs, flow, weights, this.options.temperature);
    this.student = Float32Array.from(next.student);
    this.teacher = Float32Array.from(next.teacher);
  }

  snapshot(): HostTensors {
    return { student: tensorOf(this.student), teacher: tensorOf(this.teacher) };
  }

  restore(state: HostTensors): void {
    this.student = Float32Array.from((state['student'] as HostTensor).data);
    this.teacher = Float32Array.from((state['teacher'] as HostTensor).data);
  }

  /** C, rows by student layer; negative losses (bounds on information) are all raised alike until the least is 0. */
  private costs(losses: Float32Array): number[][] {
    const costs = Array.from(losses.subarray(this.fixed));
    const least = Math.min(0, ...costs);
    return Array.from({ length: this.studentLayers }, (_, j) =>
      costs.slice(j * this.teacherLayers, (j + 1) * this.teacherLayers).map((c) => c - least),
    );
  }
}

/** In double precision and adding up to 1. */
function normalised(weights: Float32Array): number[] {
  const total = weights.reduce((a, b) => a + b, 0);
  return Array.from(weights, (weight) => weight / total);
}

function tensorOf(values: Float32Array): HostTensor {
  return { dtype: 'float32', shape: [values.length], data: values.slice() };
}

export const emdComponent = defineComponent({
  kind: 'matching',
  name: 'emd',
  summary:
    "Every layer learns from every teacher layer, as the cheapest transport of the batch's losses says.",
  source: 'Li et al. 2020, §3, arXiv:2010.06133',
  settings,
  needs: {},
  create: emd,
});
