import {
  canonicalSpace,
  type ParameterValue,
  type SearchParameter,
  type SearchSpace,
} from '@distiller/search';

export interface SpaceRequest {
  /** Cross-entropy of one output teaches nothing. */
  readonly isRegression: boolean;
  /** Augmenters that can be run here; orders with others are left out. */
  readonly augmenters: readonly string[];
  /** By parameter: values that a predictor has seen. Others are left out, as nothing is known of them. */
  readonly tried?: Readonly<Record<string, readonly ParameterValue[]>>;
}

/**
 * The canonical space, and doing without an intermediate loss (`loss` is `none`), less what can't be run or has never been tried. A
 * parameter none of whose values has been tried keeps them all.
 */
export function availableSpace({
  isRegression,
  augmenters,
  tried = {},
}: SpaceRequest): SearchSpace {
  const isUsable = (name: string, value: ParameterValue) =>
    name !== 'augmentation' ||
    value === 'none' ||
    String(value)
      .split('>')
      .every((step) => augmenters.includes(step));
  const { parameters, ...space } = canonicalSpace({ isRegression });
  const chosen: SearchParameter[] = [];
  for (const parameter of withoutLoss(parameters)) {
    if (!('values' in parameter)) continue; // the canonical space has lists only
    const usable = parameter.values.filter((value) => isUsable(parameter.name, value));
    const seen = usable.filter((value) => tried[parameter.name]?.includes(value));
    const values = seen.length > 0 ? seen : usable;
    const when = parameter.when?.map((condition) => ({
      ...condition,
      in: condition.in.filter((value) => isChosen(chosen, condition.parameter, value)),
    }));
    if (when?.some((condition) => condition.in.length === 0)) continue;
    chosen.push({ ...parameter, values, ...(when && { when }) });
  }
  return { ...space, parameters: chosen };
}

/** The parameters where there may be no intermediate loss, which leaves nothing to map. */
function withoutLoss(parameters: readonly SearchParameter[]): SearchParameter[] {
  let losses: readonly ParameterValue[] = [];
  return parameters.map((parameter) => {
    if (parameter.name === 'loss' && parameter.kind === 'categorical') {
      losses = parameter.values;
      return { ...parameter, values: ['none', ...losses] };
    }
    if (parameter.name !== 'map') return parameter;
    return { ...parameter, when: [{ parameter: 'loss', in: losses }] };
  });
}

function isChosen(
  chosen: readonly SearchParameter[],
  name: string,
  value: ParameterValue,
): boolean {
  const parameter = chosen.find((one) => one.name === name);
  return parameter !== undefined && 'values' in parameter && parameter.values.includes(value);
}
