import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** Versions that may change numbers: Node.js, this package and the tensor library. */
export function versions(): Readonly<Record<string, string>> {
  const packageVersion = (name: string) =>
    (require(`${name}/package.json`) as { version: string }).version;
  return {
    node: process.versions.node,
    '@distiller/pipeline': packageVersion('@distiller/pipeline'),
    '@tensorflow/tfjs': packageVersion('@tensorflow/tfjs'),
  };
}
