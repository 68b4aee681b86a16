import { createRequire } from 'node:module';
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import { join } from 'node:path';
import {
  bind,
  REPORTER,
  type ComponentChoice,
  type Registry,
  type Reporter,
} from '@distiller/core';
import type { Io } from './io.js';
import { measureGemm } from './measure-gemm.js';
import { bytes } from './quantity.js';
import { table } from './table.js';
import { VERSION } from './version.js';

export interface Finding {
  readonly subject: string;
  /** `ok`; `absent` for something optional; `problem` for something that recipes need. */
  readonly state: 'ok' | 'absent' | 'problem';
  readonly detail: string;
}

/** Engines that are tried, and whether a plain install must have them. */
const ENGINES: readonly { readonly choice: ComponentChoice; readonly isRequired: boolean }[] = [
  { choice: { use: 'onnx', provider: 'cpu' }, isRequired: true },
  { choice: { use: 'onnx', provider: 'webgpu' }, isRequired: false },
  { choice: { use: 'onnx', provider: 'cuda' }, isRequired: false },
  { choice: { use: 'tfjs', backend: 'wasm' }, isRequired: true },
  { choice: { use: 'tfjs', backend: 'cpu' }, isRequired: true },
];

/** What optional packages are for. */
const OPTIONAL: Readonly<Record<string, string>> = {
  '@tensorflow/tfjs-node-gpu': 'engine tensorflow on CUDA',
  '@tensorflow/tfjs-node': 'engine tensorflow on the CPU',
};

/** Looks at the machine and the installation, and measures a matrix product on each engine. */
export async function examine(registry: Registry, io: Io, reporter: Reporter): Promise<Finding[]> {
  const findings = [node(), machine(), memory()];
  for (const { choice, isRequired } of ENGINES) {
    findings.push(await engine(registry, { choice, isRequired }, io, reporter));
  }
  return [...findings, ...Object.keys(OPTIONAL).map((name) => optionalPackage(name, io.folder))];
}

function node(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isNewEnough = major > 20 || (major === 20 && minor >= 19);
  return {
    subject: 'Node.js',
    state: isNewEnough ? 'ok' : 'problem',
    detail: `${process.version}, distiller ${VERSION}${isNewEnough ? '' : '; install Node.js 20.19 or newer'}`,
  };
}

function machine(): Finding {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const cores = availableParallelism();
  return {
    subject: 'processor',
    state: 'ok',
    detail: `${cores} cores, ${model}, ${process.platform} ${process.arch}`,
  };
}

function memory(): Finding {
  return {
    subject: 'memory',
    state: 'ok',
    detail: `${bytes(freemem())} free of ${bytes(totalmem())}`,
  };
}

async function engine(
  registry: Registry,
  { choice, isRequired }: (typeof ENGINES)[number],
  io: Io,
  reporter: Reporter,
): Promise<Finding> {
  const subject = `engine ${Object.values(choice).join('/')}`;
  try {
    const engine = await registry.create('engine', choice, [bind(REPORTER, reporter)]);
    try {
      const speed = await measureGemm(engine, () => io.now());
      return { subject, state: 'ok', detail: `${speed.toPrecision(3)} GFLOP/s in float32` };
    } finally {
      await engine.dispose();
    }
  } catch (error) {
    const detail = (error as Error).message.replace(/\s+/g, ' ');
    return { subject, state: isRequired ? 'problem' : 'absent', detail };
  }
}

function optionalPackage(name: string, folder: string): Finding {
  const purpose = OPTIONAL[name] ?? '';
  try {
    createRequire(join(folder, 'recipe')).resolve(name);
    return { subject: name, state: 'ok', detail: `installed: ${purpose}` };
  } catch {
    return { subject: name, state: 'absent', detail: `not installed; only for ${purpose}` };
  }
}

/** The findings as an aligned table. */
export function findingsText(findings: readonly Finding[]): string {
  return table(
    [{ title: '' }, { title: 'what' }, { title: 'found', width: 90 }],
    findings.map(({ state, subject, detail }) => [state, subject, detail]),
  );
}
