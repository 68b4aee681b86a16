import { open, type FileHandle } from 'node:fs/promises';
import { DistillerError } from '@distiller/core';

/** A line of `metrics.jsonl`. Holds nothing that depends on the clock: equal runs write equal files. */
export type MetricsRecord = Readonly<Record<string, unknown>>;

/** The append-only `metrics.jsonl` of a run. */
export class MetricsLog {
  private constructor(
    private readonly path: string,
    private readonly file: FileHandle,
    private length: number,
  ) {}

  /** @param keepBytes the file is cut to this length first: 0 for a new run. */
  static async open(path: string, keepBytes: number): Promise<MetricsLog> {
    try {
      const file = await open(path, keepBytes > 0 ? 'r+' : 'w');
      const { size } = await file.stat();
      if (size < keepBytes) {
        await file.close();
        throw new DistillerError(
          'io',
          `${path} has ${size} bytes but the checkpoint was written when it had ${keepBytes}. Restore the file, or start the run anew without --resume.`,
        );
      }
      await file.truncate(keepBytes);
      return new MetricsLog(path, file, keepBytes);
    } catch (cause) {
      if (cause instanceof DistillerError) throw cause;
      throw new DistillerError('io', `Could not open ${path}: ${String(cause)}.`, { cause });
    }
  }

  /** Bytes written so far. */
  get bytes(): number {
    return this.length;
  }

  async append(record: MetricsRecord): Promise<void> {
    const line = Buffer.from(`${JSON.stringify(record)}\n`, 'utf8');
    try {
      let written = 0;
      while (written < line.length) {
        const { bytesWritten } = await this.file.write(
          line,
          written,
          line.length - written,
          this.length + written,
        );
        written += bytesWritten;
      }
    } catch (cause) {
      throw new DistillerError(
        'io',
        `Could not write to ${this.path}: ${String(cause)}. Is the disk full?`,
        { cause },
      );
    }
    this.length += line.length;
  }

  /** Puts what was written on disk; a checkpoint that names this length may follow. */
  async sync(): Promise<void> {
    await this.file.sync();
  }

  async close(): Promise<void> {
    await this.file.close();
  }
}
