import { Container, ContainerModule } from 'inversify';
import { z } from 'zod';
import type { Binding } from './binding.js';
import { choicesInShape } from './component-choice.js';
import type { AnyComponent, Kind, Needs, Plugin } from './component.js';
import type { ComponentKinds } from './contracts/stages.js';
import { COMPONENTS, type ComponentMaker } from './contracts/services.js';
import { DistillerError } from './errors.js';
import { assertPlugin } from './plugin-contract.js';
import { didYouMean } from './suggestion.js';
import { validateRecipe } from './validate-recipe.js';

/** A component as a recipe names it, with its settings beside the name. */
export interface ComponentChoice {
  readonly use: string;
  readonly [setting: string]: unknown;
}

interface Entry {
  readonly definition: AnyComponent;
  /** Name of the plugin. */
  readonly owner: string;
}

const ENTRY = Symbol.for('distiller/registry/entry');

/**
 * Every component that recipes may name. The only place that sees the container: components get what
 * their `needs` ask for as plain arguments.
 */
export class Registry {
  readonly #container = new Container();
  readonly #plugins = new Map<string, Plugin>();
  /** By the plugin's name. */
  readonly #modules = new Map<string, string>();
  #entries: readonly Entry[] = [];

  /**
   * Adds all components of a plugin, or none of them. Adding the same plugin again does nothing.
   *
   * @param module absolute path of the module whose default export the plugin is, where the plugin does not say it.
   * @throws DistillerError `plugin` when it is malformed or for another API version.
   * @throws DistillerError `duplicate-component` naming both owners.
   */
  use(plugin: Plugin, module?: string): this {
    assertPlugin(plugin, 'A plugin');
    if (this.#plugins.get(plugin.name) === plugin) return this;

    const entries: Entry[] = [];
    for (const definition of plugin.components) {
      this.#refuseDuplicate(definition, plugin.name, [...this.#entries, ...entries]);
      entries.push({ definition, owner: plugin.name });
    }
    this.#container.load(
      new ContainerModule(({ bind }) => {
        for (const entry of entries) bind(ENTRY).toConstantValue(entry);
      }),
    );
    this.#entries = entries.length > 0 ? this.#container.getAll<Entry>(ENTRY) : this.#entries;
    this.#plugins.set(plugin.name, plugin);
    const path = module ?? plugin.module;
    if (path !== undefined) this.#modules.set(plugin.name, path);
    return this;
  }

  /** Definitions in the order in which they were added; of one kind, or all. */
  list(kind?: Kind): AnyComponent[] {
    return this.#entries
      .map(({ definition }) => definition)
      .filter((definition) => kind === undefined || definition.kind === kind);
  }

  /** @throws DistillerError `unknown-component` with the nearest name and the list. */
  definition(kind: Kind, name: string): AnyComponent {
    return this.#entry(kind, name).definition;
  }

  /** Name of the plugin that brought a component. @throws DistillerError `unknown-component`. */
  owner(kind: Kind, name: string): string {
    return this.#entry(kind, name).owner;
  }

  /**
   * Absolute path of the module whose default export is the plugin of a component, for threads that load it anew;
   * undefined when nobody said it. @throws DistillerError `unknown-component`.
   */
  module(kind: Kind, name: string): string | undefined {
    return this.#modules.get(this.owner(kind, name));
  }

  /**
   * Schema of a place in a recipe that takes one component of a kind: `{ use: name, ...settings, ...extra }`.
   * It covers the components added so far, and those that their settings name (`componentChoice`). Parsing fills in their
   * defaults; problems carry their paths.
   * `z.toJSONSchema(slot, { io: 'input' })` is the union of all of them.
   *
   * @param extra settings that belong to the place rather than to the component, e.g. a weight. Take them
   *   out again before `create`.
   * @throws DistillerError `plugin` when a component has a setting called like one of `extra`.
   */
  slot<Extra extends z.ZodRawShape = Record<never, never>>(
    kind: Kind,
    extra?: Extra,
  ): z.ZodType<ComponentChoice & z.output<z.ZodObject<Extra>>> {
    return this.#slot(kind, extra, new Map()) as never;
  }

  /** @param nested slots of components that are named by settings: one for each kind, since kinds may name one another. */
  #slot(kind: Kind, extra: z.ZodRawShape | undefined, nested: Map<Kind, z.ZodType>): z.ZodType {
    const inside = (other: Kind): z.ZodType => {
      const known = nested.get(other) ?? this.#slot(other, undefined, nested);
      nested.set(other, known);
      return known;
    };
    const options = this.list(kind).map((definition) => {
      const settings: z.ZodObject = definition.settings;
      const taken = Object.keys(extra ?? {}).find((name) => name in settings.shape);
      if (taken !== undefined) {
        throw new DistillerError(
          'plugin',
          `Plugin "${this.owner(kind, definition.name)}": ${kind} "${definition.name}" has a setting "${taken}", ` +
            `which means something else wherever a recipe names ${an(kind)}. Rename the setting.`,
        );
      }
      const own = choicesInShape(settings.shape, inside);
      const shape = { use: z.literal(definition.name), ...own, ...extra };
      // A clone keeps strictness and refinements; `use` comes first, as a person would write it.
      return z.core.clone(settings, { ...settings._zod.def, shape }).describe(definition.summary);
    });
    if (options.length === 0)
      return z.never({ error: () => this.#unknown(kind, undefined) }) as never;
    const error: z.core.$ZodErrorMap = ({ code, input }) =>
      code === 'invalid_union' ? this.#unknown(kind, (input as ComponentChoice).use) : undefined;
    // The tuple types of discriminatedUnion can't express a list that is known at run time only.
    return z.discriminatedUnion('use', options as never, { error }) as never;
  }

  /**
   * Makes a component: finds it, checks its settings and fills in their defaults, and hands it the
   * services that it needs.
   *
   * @param bindings the services of this component; they live no longer than the call.
   * @throws DistillerError `unknown-component`; `config` for bad settings; `plugin` when a service is
   *   missing or `create` throws something that is no DistillerError.
   */
  async create<K extends Kind>(
    kind: K,
    { use, ...settings }: ComponentChoice,
    bindings: readonly Binding[] = [],
  ): Promise<ComponentKinds[K]> {
    const { definition, owner } = this.#entry(kind, use);
    const who = `${kind} "${use}"`;
    const checked = validateRecipe(definition.settings, settings, who);
    const services = this.#services(definition.needs, bindings, `Plugin "${owner}": ${who}`);
    try {
      return (await definition.create(checked, services)) as ComponentKinds[K];
    } catch (error) {
      // By name, so that errors of another copy of this package count, and a stop stays a stop.
      const { name, message } = error as Error;
      if (name === 'DistillerError' || name === 'AbortError') throw error;
      throw new DistillerError('plugin', `Plugin "${owner}": ${who} failed to start: ${message}`, {
        cause: error,
      });
    }
  }

  /** Resolves `needs` in a scope of its own, so that nothing of one component reaches another. */
  #services(needs: Needs, bindings: readonly Binding[], who: string): Record<string, unknown> {
    const scope = new Container({ parent: this.#container });
    const maker: ComponentMaker = { create: (kind, choice) => this.create(kind, choice, bindings) };
    scope.bind(COMPONENTS.symbol).toConstantValue(maker);
    for (const { token, value } of bindings) scope.bind(token.symbol).toConstantValue(value);
    const services: Record<string, unknown> = {};
    for (const [key, { symbol, name }] of Object.entries(needs)) {
      if (!scope.isBound(symbol)) {
        throw new DistillerError(
          'plugin',
          `${who} needs the service "${name}", which is not offered here. ` +
            `Offered: ${bindings.map(({ token }) => token.name).join(', ') || 'none'}.`,
        );
      }
      services[key] = scope.get(symbol);
    }
    return services;
  }

  #entry(kind: Kind, name: string): Entry {
    const entry = find(this.#entries, kind, name);
    if (entry) return entry;
    throw new DistillerError('unknown-component', this.#unknown(kind, name));
  }

  #unknown(kind: Kind, name: unknown): string {
    const known = this.list(kind).map((definition) => definition.name);
    if (known.length === 0) {
      return `No ${kind} is registered. Add a plugin that has one to the recipe's \`plugins\`.`;
    }
    if (typeof name !== 'string') {
      return `"use" must name ${an(kind)}. Known: ${known.join(', ')}.`;
    }
    return `No ${kind} is called "${name}". ${didYouMean(name, known)}`;
  }

  #refuseDuplicate({ kind, name }: AnyComponent, owner: string, entries: readonly Entry[]): void {
    const first = find(entries, kind, name);
    if (!first) return;
    const version = Number(name.split('@')[1] ?? 1) + 1;
    throw new DistillerError(
      'duplicate-component',
      `Plugin "${owner}" defines ${kind} "${name}", which plugin "${first.owner}" already defines. ` +
        `Rename one, or give the newer one a version: "${name.split('@')[0]}@${version}".`,
    );
  }
}

function find(entries: readonly Entry[], kind: Kind, name: string): Entry | undefined {
  return entries.find(({ definition }) => definition.kind === kind && definition.name === name);
}

function an(kind: string): string {
  return `${/^[aeio]/.test(kind) ? 'an' : 'a'} ${kind}`;
}
