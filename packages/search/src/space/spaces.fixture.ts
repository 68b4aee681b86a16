import fc from 'fast-check';
import type { ParameterValue, SearchParameter, SearchSpace } from '../space.js';
import { defineSearchSpace } from './define-search-space.js';

/** Every kind of parameter, two levels of conditions and an exclusion. */
export const MIXED = defineSearchSpace({
  parameters: [
    { name: 'loss', kind: 'categorical', values: ['mse', 'mi', 'none'], stage: 'intermediate' },
    {
      name: 'alpha',
      kind: 'ordered',
      values: [0, 0.5, 1],
      when: [{ parameter: 'loss', in: ['mi'] }],
    },
    {
      name: 'critic',
      kind: 'integer',
      low: 16,
      high: 64,
      log: true,
      when: [{ parameter: 'alpha', in: [0, 0.5] }],
    },
    { name: 'rate', kind: 'float', low: 1e-5, high: 1e-2, log: true },
    { name: 'depth', kind: 'integer', low: 1, high: 4 },
    {
      name: 'dropout',
      kind: 'float',
      low: 0,
      high: 0.5,
      when: [{ parameter: 'depth', in: [3, 4] }],
    },
    { name: 'mixup', kind: 'categorical', values: [false, true] },
  ],
  exclusions: [
    {
      where: [
        { parameter: 'loss', in: ['none'] },
        { parameter: 'mixup', in: [true] },
      ],
      reason: 'there would be nothing to mix',
    },
  ],
});

/** Small spaces without floats in which some parameters depend on earlier ones, and one combination may be excluded. */
export const finiteSpaces: fc.Arbitrary<SearchSpace> = fc
  .array(
    fc.record({
      kind: fc.constantFrom('categorical' as const, 'ordered' as const, 'integer' as const),
      count: fc.integer({ min: 2, max: 4 }),
      parent: fc.nat(3),
      allowed: fc.nat(1),
      isConditional: fc.boolean(),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .chain((drafts) => fc.tuple(fc.constant(drafts), fc.boolean()))
  .map(([drafts, isExcluding]) => {
    const parameters: SearchParameter[] = [];
    drafts.forEach(({ kind, count, parent, allowed, isConditional }, i) => {
      const on = parameters[parent % Math.max(i, 1)];
      const when =
        isConditional && on ? { when: [{ parameter: on.name, in: [valueOf(on, allowed)] }] } : {};
      const name = `p${i}`;
      parameters.push(
        kind === 'integer'
          ? { name, kind, low: 1, high: count, ...when }
          : { name, kind, values: Array.from({ length: count }, (_, v) => v * 2), ...when },
      );
    });
    const [first, last] = [parameters[0], parameters.at(-1)] as [SearchParameter, SearchParameter];
    const exclusions = [
      {
        where: [
          { parameter: first.name, in: [valueOf(first, 0)] },
          { parameter: last.name, in: [valueOf(last, 1)] },
        ],
        reason: 'of a test',
      },
    ];
    return defineSearchSpace(isExcluding ? { parameters, exclusions } : { parameters });
  });

function valueOf(parameter: SearchParameter, index: number): ParameterValue {
  return 'values' in parameter
    ? (parameter.values[index] as ParameterValue)
    : parameter.low + index;
}
