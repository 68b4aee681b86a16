import type { z } from 'zod';
import type { ComponentKinds } from './contracts/stages.js';

/** Identifies a service. Made with `Symbol.for`, so that two copies of this package agree. */
export interface Token<T> {
  readonly symbol: symbol;
  readonly name: string;
  /** Never set; carries the service's type. */
  readonly type?: T;
}

/** @param name unique among services, e.g. `engine`. */
export function token<T>(name: string): Token<T> {
  return { symbol: Symbol.for(`distiller/${name}`), name };
}

export type Needs = Readonly<Record<string, Token<unknown>>>;

/** The services behind `needs`, by the same keys. */
export type Services<N extends Needs> = {
  readonly [K in keyof N]: N[K] extends Token<infer T> ? T : never;
};

export type Kind = keyof ComponentKinds & string;

/**
 * A named part of a pipeline: what it is called, what settings it takes, which services it needs and how
 * it is made. A recipe refers to it by `use: name` with its settings beside it.
 */
export interface ComponentDefinition<
  K extends Kind = Kind,
  Settings extends z.ZodType = z.ZodType,
  N extends Needs = Needs,
> {
  readonly kind: K;
  /** Kebab-case, as in the recipe and in the file's name. New behaviour gets a new name: `soft-target@2`. */
  readonly name: string;
  /** One sentence for lists and generated pages. */
  readonly summary: string;
  /** Where it was published, with section. */
  readonly source?: string;
  /** A `z.strictObject` with a default or a description for every setting. */
  readonly settings: Settings;
  readonly needs: N;
  create(
    settings: z.output<Settings>,
    services: Services<N>,
  ): ComponentKinds[K] | Promise<ComponentKinds[K]>;
}

/** A definition whose type parameters no longer matter, as lists hold it. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- `create` is contravariant in its settings
export type AnyComponent = { [K in Kind]: ComponentDefinition<K, any, any> }[Kind];

/** Infers and checks the types of a definition; returns it unchanged. */
export function defineComponent<K extends Kind, Settings extends z.ZodType, N extends Needs>(
  definition: ComponentDefinition<K, Settings, N>,
): ComponentDefinition<K, Settings, N> {
  return definition;
}

/** Version of the plugin contract: raised when a plugin written for the older one would break. */
export const API_VERSION = '1';

/** A named list of components. */
export interface Plugin {
  /** The npm package's name. */
  readonly name: string;
  /** The contract it was written for. */
  readonly apiVersion: string;
  readonly components: readonly AnyComponent[];
  /**
   * Absolute path of the module whose default export this is, so that worker threads can load it too. The loader knows it
   * of the plugins that a recipe names.
   */
  readonly module?: string;
}

/** Checks the types of a plugin; `apiVersion` is filled in. */
export function definePlugin(plugin: {
  readonly name: string;
  readonly components: readonly AnyComponent[];
  readonly module?: string;
}): Plugin {
  return { apiVersion: API_VERSION, ...plugin };
}
