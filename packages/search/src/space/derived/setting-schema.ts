import type { ParameterValue } from '../../space.js';

/** What is read of a JSON schema. */
export interface SettingSchema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly SettingSchema[];
  readonly oneOf?: readonly SettingSchema[];
  readonly properties?: Readonly<Record<string, SettingSchema>>;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
}

/** The forms that a setting may take: unions and lists of types taken apart. */
export function formsOf(schema: SettingSchema): SettingSchema[] {
  const union = schema.anyOf ?? schema.oneOf;
  if (union) return union.flatMap(formsOf);
  const { type } = schema;
  if (typeof type !== 'string' && type) return type.map((one) => ({ ...schema, type: one }));
  return [schema];
}

/** The values of a form that lists them; undefined for other forms. */
export function valuesOf(form: SettingSchema): readonly unknown[] | undefined {
  if (form.const !== undefined) return [form.const];
  if (form.enum) return form.enum;
  if (form.type === 'boolean') return [false, true];
  return form.type === 'null' ? [null] : undefined;
}

export function isNumeric({ type }: SettingSchema): boolean {
  return type === 'number' || type === 'integer';
}

/** The least and greatest number of a form; infinite where it does not say. Bounds that are themselves excluded move inwards. */
export function boundsOf(form: SettingSchema): { low: number; high: number } {
  const step = form.type === 'integer' ? 1 : undefined;
  const lows = [form.minimum, inwards(form.exclusiveMinimum, 1, step)];
  const highs = [form.maximum, inwards(form.exclusiveMaximum, -1, step)];
  return {
    low: Math.max(...lows.map((b) => told(b, -1))),
    high: Math.min(...highs.map((b) => told(b, 1))),
  };
}

/** Zod bounds every integer by ±(2⁵³ − 1), which tells nobody anything. */
function told(bound: number | undefined, sign: number): number {
  return bound === undefined || Math.abs(bound) >= Number.MAX_SAFE_INTEGER - 1
    ? sign * Infinity
    : bound;
}

/** The next number on the allowed side of a bound. */
function inwards(
  bound: number | undefined,
  sign: number,
  step: number | undefined,
): number | undefined {
  if (bound === undefined) return undefined;
  return bound + sign * (step ?? (Math.abs(bound) * Number.EPSILON || Number.MIN_VALUE));
}

/** Whether a setting may have a value, as far as listed values and bounds of numbers go; texts are not looked into. */
export function allows(schema: SettingSchema, value: ParameterValue): boolean {
  return formsOf(schema).some((form) => {
    const values = valuesOf(form);
    if (values) return values.includes(value);
    if (!isNumeric(form)) return form.type === typeof value;
    const { low, high } = boundsOf(form);
    if (typeof value !== 'number' || value < low || value > high) return false;
    return form.type === 'number' || Number.isInteger(value);
  });
}
