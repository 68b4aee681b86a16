import type { HostTensors, Reporter } from '@distiller/core';
import type { SignalModel } from '../signal-model.js';
import { shapeOf, type SignalSpec } from '../signal-spec.js';
import { canonicalBatches, canonicalLengths } from './canonical-batches.js';
import { decodeRecord, encodeRecord, recordBytes, type SignalPrecision } from './signal-record.js';
import { SignalStore } from './signal-store.js';
import { storeFingerprint, type StoreDescription } from './store-description.js';
import { storeFolder } from './store-folder.js';
import { textsOf, type EncodedText } from './text-key.js';

export interface CachedSignalsOptions {
  readonly model: SignalModel;
  /** Absolute; stores of all teachers lie below it. */
  readonly cacheFolder: string;
  readonly precision: SignalPrecision;
  readonly maxBytes: number;
  /** Rows in which texts are computed. */
  readonly rows: number;
  /** Signals that are kept of every text, whatever is asked for: what asks for others of them later finds them. */
  readonly always?: readonly SignalSpec[];
  readonly reporter: Pick<Reporter, 'warn'>;
}

/**
 * Signals through the cache. What a text's signals are never depends on what was in the cache, on its
 * neighbours in a batch, or on an earlier crash: they are computed in canonical batches, and also the first time
 * they come back as they were stored.
 */
export class CachedSignals {
  readonly #options: CachedSignalsOptions;
  readonly #stores = new Map<string, Promise<SignalStore>>();
  readonly #lengths: readonly number[];
  #computed = 0;
  #cached = 0;
  /** The end of the queue of calls: one at a time computes and appends, here and in other processes. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: CachedSignalsOptions) {
    this.#options = options;
    this.#lengths = canonicalLengths(options.model.model.description.maxLength);
  }

  /**
   * @param encoding `ids`, `mask`, `types`, int32 [B, T].
   * @param count rows that mean something, the first ones.
   * @returns [B, …] each; zeros at padding and in the other rows.
   */
  signals(
    encoding: HostTensors,
    count: number,
    specs: readonly SignalSpec[],
  ): Promise<HostTensors> {
    const result = this.#last.then(() => this.#signals(encoding, count, specs));
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** Texts answered so far. */
  statistics() {
    return { computed: this.#computed, cached: this.#cached };
  }

  async dispose(): Promise<void> {
    await this.#last;
    const stores = [...this.#stores.values()];
    this.#stores.clear();
    for (const store of stores)
      await store.then(
        (opened) => opened.close(),
        () => undefined,
      );
  }

  async #signals(
    encoding: HostTensors,
    count: number,
    asked: readonly SignalSpec[],
  ): Promise<HostTensors> {
    const specs = this.#kept(asked);
    const texts = textsOf(encoding, count);
    const distinct = [...new Map(texts.map((text) => [text.key, text])).values()];
    const store = await this.#store(specs);
    const payloads = await this.#fetch(store, distinct, specs);
    const missing = distinct.filter(({ key }) => !payloads.has(key));
    const computed = missing.length > 0 ? await this.#add(store, missing, specs, payloads) : 0;
    this.#computed += computed;
    this.#cached += texts.length - computed;
    const [rows = 0, length = 0] = (encoding['ids'] as HostTensors[string]).shape;
    return this.#assemble(texts, rows, length, { specs, asked }, payloads);
  }

  async #fetch(
    store: SignalStore,
    texts: readonly EncodedText[],
    specs: readonly SignalSpec[],
  ): Promise<Map<string, Uint8Array>> {
    const { precision } = this.#options;
    const payloads = new Map<string, Uint8Array>();
    await Promise.all(
      texts.map(async ({ key, ids }) => {
        const payload = await store.get(key);
        if (payload?.byteLength === recordBytes(specs, precision, ids.length))
          payloads.set(key, payload);
      }),
    );
    return payloads;
  }

  /** Computes what other processes have not added in the meantime. @returns the number of texts. */
  #add(
    store: SignalStore,
    texts: readonly EncodedText[],
    specs: readonly SignalSpec[],
    payloads: Map<string, Uint8Array>,
  ): Promise<number> {
    return store.exclusively(async () => {
      for (const [key, payload] of await this.#fetch(store, texts, specs))
        payloads.set(key, payload);
      const missing = texts.filter(({ key }) => !payloads.has(key));
      await this.#compute(store, missing, specs, payloads);
      return missing.length;
    });
  }

  async #compute(
    store: SignalStore,
    missing: readonly EncodedText[],
    specs: readonly SignalSpec[],
    payloads: Map<string, Uint8Array>,
  ): Promise<void> {
    const { model, rows, precision } = this.#options;
    const { padId } = model.model.tokenizer;
    for (const { encoding, texts } of canonicalBatches(missing, rows, this.#lengths, padId)) {
      const outputs = await model.run(encoding, specs);
      for (const [row, { key, ids }] of texts.entries()) {
        const payload = encodeRecord(specs, precision, outputs, row, ids.length);
        payloads.set(key, payload);
        await store.add(key, payload);
      }
    }
  }

  #assemble(
    texts: readonly EncodedText[],
    rows: number,
    length: number,
    { specs, asked }: { specs: readonly SignalSpec[]; asked: readonly SignalSpec[] },
    payloads: ReadonlyMap<string, Uint8Array>,
  ): HostTensors {
    const shapes = asked.map((spec) => [rows, ...shapeOf(spec, length)]);
    const batch = Object.fromEntries(
      asked.map(({ name }, i) => [
        name,
        new Float32Array((shapes[i] as number[]).reduce((a, b) => a * b, 1)),
      ]),
    );
    texts.forEach(({ key, ids }, row) => {
      const payload = payloads.get(key) as Uint8Array;
      decodeRecord(specs, this.#options.precision, payload, ids.length, batch, row, length);
    });
    return Object.fromEntries(
      asked.map(({ name }, i) => [
        name,
        {
          dtype: 'float32' as const,
          shape: shapes[i] as number[],
          data: batch[name] as Float32Array,
        },
      ]),
    );
  }

  /** What is kept of a text: what always is, then what else is asked for. */
  #kept(asked: readonly SignalSpec[]): readonly SignalSpec[] {
    const { always = [] } = this.#options;
    const names = new Set(always.map(({ name }) => name));
    return [...always, ...asked.filter(({ name }) => !names.has(name))];
  }

  #store(specs: readonly SignalSpec[]): Promise<SignalStore> {
    const { model, cacheFolder, precision, rows, maxBytes, reporter } = this.#options;
    const description: StoreDescription = {
      teacher: model.model.fingerprint,
      architecture: model.model.description.architecture,
      engine: model.engine.name,
      precision,
      rows,
      lengths: this.#lengths,
      signals: specs,
    };
    const fingerprint = storeFingerprint(description);
    const known = this.#stores.get(fingerprint);
    if (known) return known;
    const header = { fingerprint, ...description };
    const store = SignalStore.open({
      folder: storeFolder(cacheFolder, fingerprint),
      header,
      maxBytes,
      reporter,
    });
    this.#stores.set(fingerprint, store);
    return store;
  }
}
