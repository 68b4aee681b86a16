/** The parts of a JSON schema that `z.toJSONSchema` writes and a table shows. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly items?: JsonSchema | false;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

export interface SettingRow {
  /** Dotted, as in `--set`. */
  readonly path: string;
  /** What may be written, in words. */
  readonly value: string;
  /** What holds when it is left out; `required`, `required there` (in its block) or `–` when there is none. */
  readonly fallback: string;
  readonly meaning: string;
}

/** The settings of a component, nested ones by their dotted path. */
export function settingRows(schema: JsonSchema, prefix = '', required = 'required'): SettingRow[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, setting]) => {
    const path = prefix + name;
    const row: SettingRow = {
      path,
      value: valueText(setting),
      fallback: fallbackText(setting, schema.required?.includes(name) ? required : '–'),
      meaning: setting.description ?? '',
    };
    // One of several forms, or a block that may be left out: what it requires holds only where it is written.
    const below = formsOf(setting).flatMap((form) =>
      settingRows(form, `${path}.`, 'required there'),
    );
    return [row, ...below];
  });
}

/** A schema, its alternatives, and theirs. */
function formsOf(schema: JsonSchema): JsonSchema[] {
  return [schema, ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].flatMap(formsOf)];
}

function fallbackText(schema: JsonSchema, otherwise: string): string {
  return schema.default === undefined ? otherwise : JSON.stringify(schema.default);
}

function valueText(schema: JsonSchema): string {
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return choices.map(valueText).join(' | ');
  if (schema.enum) return schema.enum.map(String).join(' | ');
  if (schema.const !== undefined) return String(schema.const);
  if (schema.type === 'array')
    return `list of ${schema.items ? valueText(schema.items) : 'values'}`;
  if (schema.type === 'object' && schema.properties) {
    // What tells one form from another is written out: `{ use: linear, from, to }`.
    const names = Object.entries(schema.properties).map(([name, setting]) =>
      setting.const === undefined ? name : `${name}: ${String(setting.const)}`,
    );
    return `{ ${names.join(', ')} }`;
  }
  const type = schema.type === undefined ? 'anything' : [schema.type].flat().join(' | ');
  return [type, boundsText(schema).join(' and ')].filter(Boolean).join(' ');
}

function boundsText(schema: JsonSchema): string[] {
  const { minimum, exclusiveMinimum, maximum, exclusiveMaximum } = schema;
  // Zod bounds every integer by ±(2⁵³ − 1), which tells nobody anything.
  const isTold = (bound: number | undefined) =>
    bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER;
  return [
    ...(isTold(minimum) ? [`≥ ${minimum}`] : []),
    ...(isTold(exclusiveMinimum) ? [`> ${exclusiveMinimum}`] : []),
    ...(isTold(maximum) ? [`≤ ${maximum}`] : []),
    ...(isTold(exclusiveMaximum) ? [`< ${exclusiveMaximum}`] : []),
  ];
}
