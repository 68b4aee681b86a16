/** A value that a parameter takes. */
export type ParameterValue = string | number | boolean;

/**
 * One point of a space: a value for every parameter that is active there, and for no other. A parameter is active when all its
 * conditions hold.
 */
export type Configuration = Readonly<Record<string, ParameterValue>>;

/** Holds where `parameter` is active and has one of the values of `in`. */
export interface Condition {
  readonly parameter: string;
  readonly in: readonly ParameterValue[];
}

/** What all kinds of parameter have. */
interface NamedParameter {
  readonly name: string;
  /** All must hold for the parameter to be active; they name parameters that stand before this one. Default: always active. */
  readonly when?: readonly Condition[];
  /** The stage of the pipeline that the parameter belongs to (`intermediate`, `augmentation`, …), for grouping importances. */
  readonly stage?: string;
  /** Path of the setting of a recipe that the parameter sets, where it is not called like it: `intermediate.0.alpha`. */
  readonly setting?: string;
}

/** One of several values without an order. */
export interface CategoricalParameter extends NamedParameter {
  readonly kind: 'categorical';
  readonly values: readonly ParameterValue[];
}

/** One of several values in their order, smallest first. */
export interface OrderedParameter extends NamedParameter {
  readonly kind: 'ordered';
  readonly values: readonly ParameterValue[];
}

/** A whole number from `low` to `high`, both included; with `log`, uniform in the logarithm, and `low` is at least 1. */
export interface IntegerParameter extends NamedParameter {
  readonly kind: 'integer';
  readonly low: number;
  readonly high: number;
  readonly log?: boolean;
}

/** A number from `low` to `high`; with `log`, uniform in the logarithm, and `low` is above 0. */
export interface FloatParameter extends NamedParameter {
  readonly kind: 'float';
  readonly low: number;
  readonly high: number;
  readonly log?: boolean;
}

export type SearchParameter =
  CategoricalParameter | OrderedParameter | IntegerParameter | FloatParameter;

/** A combination that is refused: where all conditions hold, the configuration is outside the space. */
export interface Exclusion {
  readonly where: readonly Condition[];
  /** Why, in words that complete "refused because …". */
  readonly reason: string;
}

/** Everything that a study may choose. */
export interface SearchSpace {
  readonly parameters: readonly SearchParameter[];
  readonly exclusions?: readonly Exclusion[];
}
