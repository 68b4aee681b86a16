/** Puts `scope/` before every name. */
export function addScope<T>(
  scope: string,
  entries: Readonly<Record<string, T>>,
): Record<string, T> {
  return Object.fromEntries(
    Object.entries(entries).map(([name, value]) => [`${scope}/${name}`, value]),
  );
}

/** The entries below `scope/`, without it. */
export function selectScope<T>(
  scope: string,
  entries: Readonly<Record<string, T>>,
): Record<string, T> {
  const prefix = `${scope}/`;
  return Object.fromEntries(
    Object.entries(entries).flatMap(([name, value]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : [],
    ),
  );
}
