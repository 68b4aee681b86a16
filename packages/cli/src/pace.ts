import type { Progress } from '@distiller/core';

/** Speed of a piece of work, from the counts seen. */
export class Pace {
  private last: { readonly done: number; readonly at: number };

  /**
   * @param done work done before, which does not count as speed: a resumed run begins in the middle.
   * @param at clock in milliseconds.
   */
  constructor(private readonly first: { readonly done: number; readonly at: number }) {
    this.last = first;
  }

  seen(done: number, at: number): void {
    this.last = { done, at };
  }

  /** Seconds since the beginning. */
  get elapsed(): number {
    return (this.last.at - this.first.at) / 1000;
  }

  /** Units a second; undefined until something was done. */
  get rate(): number | undefined {
    const units = this.last.done - this.first.done;
    return units > 0 && this.elapsed > 0 ? units / this.elapsed : undefined;
  }

  /** Seconds until `total` at this speed. */
  left(total: number): number | undefined {
    return this.rate === undefined ? undefined : Math.max(0, total - this.last.done) / this.rate;
  }
}

/** The pace of every work that goes on. Training is interrupted by evaluation and goes on: its pace is kept. */
export class Paces {
  private readonly byStage = new Map<string, Pace>();

  /** Takes note of a progress; `isNew` at the first one of a work, `isOver` at the last. */
  observe(progress: Progress, at: number): { pace: Pace; isNew: boolean; isOver: boolean } {
    const { stage, done, total } = progress;
    const known = this.byStage.get(stage);
    const pace = known ?? new Pace({ done, at });
    pace.seen(done, at);
    const isOver = done >= total;
    if (isOver) this.byStage.delete(stage);
    else this.byStage.set(stage, pace);
    return { pace, isNew: known === undefined, isOver };
  }
}
