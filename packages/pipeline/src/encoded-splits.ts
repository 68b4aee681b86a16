import {
  DistillerError,
  type Example,
  type Split,
  type Task,
  type TextModel,
  type WindowOptions,
} from '@distiller/core';
import {
  encodeExamples,
  windowsOf,
  type EncodedExamples,
  type EncodeOptions,
  type ReaderRole,
} from '@distiller/data';
import type { RunContext } from './run-options.js';

/** Reads and encodes splits of a task, each once, for every model that will see them. */
export class EncodedSplits {
  /** How texts could be kept whole, when that is not the model's own limit. */
  private readonly remedy: string;
  private readonly roles: Readonly<Record<string, ReaderRole>>;
  /** How contexts are cut for the student, where its model tells. */
  private readonly trained: WindowOptions | undefined;
  private readonly done = new Map<Split, Promise<EncodedExamples>>();

  /**
   * @param maxLength longest input in tokens, unless a model takes less.
   * @param limitSetting where a user sets it, for the warning about longer texts.
   */
  constructor(
    private readonly task: Task,
    models: Readonly<Record<string, Pick<TextModel, 'tokenizer' | 'description'>>>,
    maxLength: number,
    private readonly context: Pick<RunContext, 'reporter' | 'signal'>,
    limitSetting = 'training.maxLength',
  ) {
    // One limit for all, so that models with one tokenizer see the same tokens.
    const longest = Math.min(
      ...Object.values(models).map(({ description }) => description.maxLength),
    );
    const limit = Math.min(maxLength, longest);
    this.remedy =
      limit === longest
        ? 'No more fits into the model.'
        : `A larger ${limitSetting} would keep more, up to ${longest}.`;
    this.trained = models['student']?.description.windows;
    this.roles = Object.fromEntries(
      Object.entries(models).map(([role, { tokenizer }]) => [
        role,
        { tokenizer, maxLength: limit },
      ]),
    );
  }

  has(split: Split): boolean {
    return this.task.splits.includes(split);
  }

  /** @throws DistillerError `input` when the split is missing, empty or malformed. */
  get(split: Split): Promise<EncodedExamples> {
    let encoded = this.done.get(split);
    if (!encoded) {
      encoded = this.encode(split);
      this.done.set(split, encoded);
    }
    return encoded;
  }

  /** Encodes new texts as those of the splits; too long ones are cut without a word. */
  encodeTexts(examples: AsyncIterable<Example> | Iterable<Example>): Promise<EncodedExamples> {
    return encodeExamples(examples, this.roles, this.encoding());
  }

  /** The split on which results are reported: `test` where it is labelled, else `validation`. */
  async reported(): Promise<'test' | 'validation'> {
    if (!this.has('test')) return 'validation';
    const { examples } = await this.get('test');
    return examples.every(({ label }) => label !== undefined) ? 'test' : 'validation';
  }

  private encoding(): EncodeOptions {
    const { kind, windows } = this.task;
    return { signal: this.context.signal, kind, windows: windowsOf(this.trained, windows) };
  }

  private async encode(split: Split): Promise<EncodedExamples> {
    if (!this.has(split)) {
      throw new DistillerError(
        'input',
        `The task ${this.task.name} has no ${split} split; it has ${this.task.splits.join(', ')}. Name a file for it in the recipe.`,
      );
    }
    const encoded = await encodeExamples(this.task.read(split), this.roles, this.encoding());
    const distinct = new Set(Object.values(encoded.texts)).size;
    const seen = new Set<unknown>();
    for (const [role, texts] of Object.entries(encoded.texts)) {
      if (texts.truncated === 0 || seen.has(texts)) continue;
      seen.add(texts);
      const count = new Set(encoded.examples).size;
      if (this.task.kind === 'span') {
        this.context.reporter.warn(
          `${split}: ${texts.truncated} of ${count} questions are longer than the task's maxQueryLength and were cut.`,
        );
        continue;
      }
      this.context.reporter.warn(
        `${split}: ${texts.truncated} of ${count} texts are longer than ${texts.maxLength} tokens${distinct > 1 ? ` for the ${role}` : ''} and were cut. ${this.remedy}`,
      );
    }
    return encoded;
  }
}
