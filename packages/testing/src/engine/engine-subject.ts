import type { Engine } from '@distiller/core';

/** What `engineChecks` try. */
export interface EngineSubject {
  /** A fresh engine; each check disposes of its own. */
  engine(): Promise<Engine>;
  /** Share of a tensor's largest magnitude by which it may miss the float64 reference; 1e-5 for float32. */
  readonly tolerance: number;
}

/** Runs `body` with a fresh engine and disposes of it. */
export async function withEngine(
  subject: EngineSubject,
  body: (engine: Engine) => Promise<void>,
): Promise<void> {
  const engine = await subject.engine();
  try {
    await body(engine);
  } finally {
    await engine.dispose();
  }
}
