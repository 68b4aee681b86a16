import { describe, expect, it } from '@jest/globals';
import { capturedIo } from './captured-io.js';
import { ProgressLines } from './progress-lines.js';

function setUp() {
  const io = capturedIo();
  const reporter = new ProgressLines(io);
  const at = (time: number, stage: string, done: number, total: number, loss?: number) => {
    io.time = time;
    const figures = loss === undefined ? {} : { loss };
    reporter.progress({ stage, done, total, unit: 'steps', figures });
  };
  return { io, reporter, at };
}

describe('ProgressLines', () => {
  it('prints the first, the last, and one every ten seconds, with rate and time left', () => {
    const { io, at } = setUp();
    at(0, 'distil', 0, 100, 2);
    at(5_000, 'distil', 10, 100, 1.5);
    at(10_000, 'distil', 20, 100, 1.25); // 20 in 10 s: 2 a second, 80 left take 40 s
    at(19_999, 'distil', 40, 100, 1);
    at(50_000, 'distil', 100, 100, 0.5);
    expect(io.stderr.split('\n')).toEqual([
      'distil: 0/100 steps · loss 2',
      'distil: 20/100 steps · 2 steps/s · 40 s left · loss 1.25',
      'distil: 100/100 steps · 2 steps/s · took 50 s · loss 0.5',
      '',
    ]);
    expect(io.stdout).toBe('');
  });

  it('does not count the steps before a resume as speed', () => {
    const { io, at } = setUp();
    at(0, 'distil', 90, 100);
    at(10_000, 'distil', 95, 100); // 5 in 10 s
    expect(io.stderr).toMatch(/95\/100 steps · 0\.5 steps\/s · 10 s left\n$/);
  });

  it('keeps the pace of a work that another one interrupts', () => {
    const { io, at } = setUp();
    at(0, 'distil', 0, 100);
    at(10_000, 'distil', 50, 100);
    at(10_000, 'evaluate', 0, 10);
    at(15_000, 'evaluate', 10, 10);
    at(25_000, 'distil', 75, 100); // 75 in 25 s: 3 a second, 25 left take 8.3 s
    expect(io.stderr).toMatch(/distil: 75\/100 steps · 3 steps\/s · 8\.3 s left\n$/);
  });

  it('marks warnings', () => {
    const { io, reporter } = setUp();
    reporter.info('Hello.');
    reporter.warn('Mind the gap.');
    expect(io.stderr).toBe('Hello.\nWarning: Mind the gap.\n');
  });
});
