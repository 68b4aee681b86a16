import type { Token } from './component.js';

/** A service and the token that components ask for it by. */
export interface Binding {
  readonly token: Token<unknown>;
  readonly value: unknown;
}

/** Offers `value` to the components that need `token`. */
export function bind<T>(token: Token<T>, value: T): Binding {
  return { token, value };
}
