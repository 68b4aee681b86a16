import { didYouMean, DistillerError } from '@distiller/core';
import { z } from 'zod';
import type { Condition, Configuration, ParameterValue, SearchParameter } from '../../space.js';
import type { SettingRange, SettingRanges } from './setting-ranges.js';
import {
  allows,
  boundsOf,
  formsOf,
  isNumeric,
  valuesOf,
  type SettingSchema,
} from './setting-schema.js';

/** A part of a search space that was made from a schema. */
export interface DerivedSpace<Settings> {
  readonly parameters: readonly SearchParameter[];
  /** What a configuration means, as a recipe writes it; what is not searched is left out, so that its default holds. */
  settings(configuration: Configuration): Settings;
}

export interface SettingsSpaceOptions {
  /** Beginning of the parameters' names. */
  readonly at: string;
  readonly ranges: SettingRanges;
  readonly stage?: string;
  /** Conditions of all parameters. */
  readonly when?: readonly Condition[];
}

/** A setting, or several in an object, that has got parameters or a fixed value. */
interface Node {
  readonly parameters: readonly SearchParameter[];
  value(configuration: Configuration): unknown;
}

/**
 * Makes parameters of the settings that a schema describes: numbers between finite bounds become floats and integers; enums and booleans
 * categorical parameters; objects one parameter for each of theirs; of several forms (a number, or one of some objects) the form is
 * a categorical parameter and what is in it is conditional. Names are paths: `at.temperature`; inside a form they
 * have its name: `at.temperature.linear.from`.
 *
 * A form or an optional setting that can't be searched (texts, lists) is left out, unless it is listed.
 *
 * @param schema of an object.
 * @param where names it in messages.
 * @throws DistillerError `config` that lists every problem: numbers without bounds, with the bounds to give; ranges that the schema does not
 *   allow; required settings that can't be searched and have no fixed value; paths that are no settings.
 */
export function settingsSpace(
  schema: z.ZodType,
  options: SettingsSpaceOptions,
  where: string,
): DerivedSpace<Record<string, unknown>> {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as SettingSchema;
  const derivation = new Derivation(options);
  const node = derivation.object(json, '', options.when ?? []);
  const problems = derivation.problems(node === undefined);
  if (problems.length > 0 || !node) {
    const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
    const lines = problems.map((problem) => `  ${problem}`);
    throw new DistillerError('config', [`${where} has ${count}:`, ...lines].join('\n'));
  }
  return {
    parameters: node.parameters,
    settings: (configuration) => node.value(configuration) as Record<string, unknown>,
  };
}

/** One walk through a schema. */
class Derivation {
  readonly #options: SettingsSpaceOptions;
  readonly #ranges: Readonly<Record<string, SettingRange>>;
  readonly #seen = new Set<string>();
  readonly #problems: string[] = [];
  /** Of required settings that can't be searched; they matter only where their object can't be left out. */
  readonly #missing: string[] = [];

  constructor(options: SettingsSpaceOptions) {
    this.#options = options;
    this.#ranges = options.ranges === 'all' ? {} : options.ranges;
  }

  problems(isIncomplete: boolean): string[] {
    const unknown = Object.keys(this.#ranges)
      .filter((path) => !this.#seen.has(path))
      .map(
        (path) =>
          `"${path}" is no setting that can be reached. ${didYouMean(path, [...this.#seen])}`,
      );
    return [...this.#problems, ...(isIncomplete ? this.#missing : []), ...unknown];
  }

  /** Undefined when a required setting of it has no value. */
  object(
    { properties = {}, required = [] }: SettingSchema,
    path: string,
    when: readonly Condition[],
  ): Node | undefined {
    const children = Object.entries(properties).map(([key, schema]) => {
      const below = path === '' ? key : `${path}.${key}`;
      const node = this.#setting(schema, below, when);
      const isMissing = node === undefined && required.includes(key);
      if (isMissing)
        this.#missing.push(
          `${below}: is required; give it a range, \`values\`, or a \`fixed\` value`,
        );
      return { key, node, isMissing };
    });
    if (children.some(({ isMissing }) => isMissing)) return undefined;
    const present = children.flatMap(({ key, node }) => (node ? [{ key, node }] : []));
    return {
      parameters: present.flatMap(({ node }) => node.parameters),
      value: (configuration) =>
        Object.fromEntries(present.map(({ key, node }) => [key, node.value(configuration)])),
    };
  }

  /** Undefined when the setting is left at its default. */
  #setting(schema: SettingSchema, path: string, when: readonly Condition[]): Node | undefined {
    this.#seen.add(path);
    const range = Object.hasOwn(this.#ranges, path) ? this.#ranges[path] : undefined;
    if (range !== undefined && range !== true) return this.#ranged(schema, range, path, when);
    const forms = formsOf(schema);
    // What tells an object from others of its union has one value, searched or not.
    if (forms.length === 1 && forms[0]?.const !== undefined) return fixed(forms[0].const);
    if (!this.#isWanted(path)) return undefined;
    const listed = forms.flatMap((form) => valuesOf(form) ?? []);
    const isListed = forms.every(valuesOf) && listed.every(isParameterValue);
    if (isListed) return this.#choice([...new Set(listed)], path, when);
    if (forms.length === 1) return this.#form(forms[0] as SettingSchema, path, when);
    return this.#union(forms, path, when);
  }

  /** Everything; or the setting, what holds it, or what it holds is listed. */
  #isWanted(path: string): boolean {
    if (this.#options.ranges === 'all') return true;
    return Object.entries(this.#ranges).some(
      ([listed, range]) =>
        listed.startsWith(`${path}.`) ||
        (range === true && (listed === path || path.startsWith(`${listed}.`))),
    );
  }

  #ranged(
    schema: SettingSchema,
    range: Exclude<SettingRange, true>,
    path: string,
    when: readonly Condition[],
  ): Node | undefined {
    if ('fixed' in range) return fixed(range.fixed);
    const ends = 'values' in range ? range.values : [range.low, range.high];
    const refused = ends.find((value) => !allows(schema, value));
    if (refused !== undefined) {
      this.#problems.push(`${path}: its schema does not allow ${JSON.stringify(refused)}`);
      return undefined;
    }
    if ('values' in range) return this.#choice(range.values, path, when);
    const isWhole = formsOf(schema).every((form) => form.type !== 'number');
    return this.#parameter({ kind: isWhole ? 'integer' : 'float', ...range }, path, when);
  }

  #form(form: SettingSchema, path: string, when: readonly Condition[]): Node | undefined {
    const values = valuesOf(form);
    if (values?.length === 1) return fixed(values[0]);
    if (values?.every(isParameterValue)) return this.#choice(values, path, when);
    if (isNumeric(form)) return this.#number(form, path, when);
    if (form.properties) {
      const node = this.object(form, path, when);
      return node && Object.keys(node.value({}) as object).length > 0 ? node : undefined;
    }
    if (this.#ranges[path] === true)
      this.#problems.push(
        `${path}: can't be searched as it is; give \`values\` or a \`fixed\` value`,
      );
    return undefined;
  }

  #number(form: SettingSchema, path: string, when: readonly Condition[]): Node | undefined {
    const { low, high } = boundsOf(form);
    if (low === high) return fixed(low);
    if (form.multipleOf !== undefined) {
      this.#problems.push(`${path}: must be a multiple of ${form.multipleOf}; give \`values\``);
      return undefined;
    }
    if (Number.isFinite(low) && Number.isFinite(high))
      return this.#parameter(
        { kind: form.type === 'integer' ? 'integer' : 'float', low, high },
        path,
        when,
      );
    const needed = Number.isFinite(low)
      ? 'upper'
      : Number.isFinite(high)
        ? 'lower'
        : 'lower and no upper';
    this.#problems.push(
      `${path}: has no ${needed} bound; give it as { low, high }, with \`log: true\` over several magnitudes, as { values } or ` +
        'as { fixed }',
    );
    return undefined;
  }

  /** Which of several forms, and what is in each. */
  #union(
    forms: readonly SettingSchema[],
    path: string,
    when: readonly Condition[],
  ): Node | undefined {
    const labels = labelsOf(forms);
    const name = this.#name(path);
    const alternatives = forms.flatMap((form, i) => {
      const label = labels[i] as string;
      const inside = [...when, { parameter: name, in: [label] }];
      const below = `${path}.${label}`;
      this.#seen.add(below);
      const range = this.#ranges[below];
      const node =
        range !== undefined && range !== true
          ? this.#ranged(form, range, below, inside)
          : this.#isWanted(below)
            ? this.#form(form, below, inside)
            : undefined;
      return node ? [{ label, node }] : [];
    });
    const [only, ...others] = alternatives;
    if (!only) return undefined;
    if (others.length === 0) {
      const parameters = only.node.parameters.map((one) => withoutCondition(one, name));
      return { parameters, value: only.node.value };
    }
    const choice = this.#choice(
      alternatives.map(({ label }) => label),
      path,
      when,
    );
    return {
      parameters: [...choice.parameters, ...alternatives.flatMap(({ node }) => node.parameters)],
      value: (configuration) =>
        alternatives.find(({ label }) => label === configuration[name])?.node.value(configuration),
    };
  }

  #choice(values: readonly ParameterValue[], path: string, when: readonly Condition[]): Node {
    if (values.length === 1) return fixed(values[0]);
    const isRising = values.every(
      (value, i) => typeof value === 'number' && (i === 0 || value > (values[i - 1] as number)),
    );
    return this.#parameter({ kind: isRising ? 'ordered' : 'categorical', values }, path, when);
  }

  #parameter(domain: object, path: string, when: readonly Condition[]): Node {
    const { stage } = this.#options;
    const name = this.#name(path);
    const common = { ...(stage !== undefined && { stage }), ...(when.length > 0 && { when }) };
    const parameter = { name, ...domain, ...common } as SearchParameter;
    return { parameters: [parameter], value: (configuration) => configuration[name] };
  }

  #name(path: string): string {
    return `${this.#options.at}.${path}`;
  }
}

function fixed(value: unknown): Node {
  return { parameters: [], value: () => value };
}

function isParameterValue(value: unknown): value is ParameterValue {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

/** A name for each form: what tells an object from the others, or the type; numbered where that is not enough. */
function labelsOf(forms: readonly SettingSchema[]): string[] {
  const plain = forms.map((form) => {
    const told = Object.values(form.properties ?? {}).find(
      ({ const: value }) => value !== undefined,
    );
    if (told) return String(told.const);
    if (form.const !== undefined) return String(form.const);
    return typeof form.type === 'string' ? form.type : 'other';
  });
  return plain.map((label, i) => {
    const earlier = plain.slice(0, i).filter((other) => other === label).length;
    return earlier === 0 ? label : `${label}-${earlier + 1}`;
  });
}

/** A parameter whose form needs no choosing. */
function withoutCondition(parameter: SearchParameter, name: string): SearchParameter {
  const { when = [], ...rest } = parameter;
  const left = when.filter((condition) => condition.parameter !== name);
  return left.length > 0 ? { ...rest, when: left } : rest;
}
