import { constants, open, type FileHandle } from 'node:fs/promises';
import { DistillerError, ioError } from '@distiller/core';

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
      const file = await open(path, constants.O_RDWR | constants.O_CREAT);
      const { size } = await file.stat();
      if (size < keepBytes) {
        await file.close();
        throw new DistillerError(
          'io',
          `${path} has ${size} bytes but the checkpoint was written when it had ${keepBytes}. Restore the file, or start the run anew in another folder.`,
        );
      }
      await file.truncate(keepBytes);
      return new MetricsLog(path, file, keepBytes);
    } catch (cause) {
      throw ioError('write', path, cause);
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
      throw ioError('write', this.path, cause);
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
