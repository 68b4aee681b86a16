import { describe, expect, it } from '@jest/globals';
import { capturedIo } from './captured-io.js';
import { ProgressBars } from './progress-bars.js';

const ESCAPE = String.fromCharCode(27);

/** The lines that a terminal shows at the end: escape codes carried out as far as they matter here. */
function screen(text: string): string[] {
  return text
    .replaceAll(`${ESCAPE}[2K`, '\r')
    .replaceAll(`${ESCAPE}[0K`, '\v')
    .replaceAll(new RegExp(`${ESCAPE}(\\[[0-9?;]*[a-zA-Z]|[78])`, 'g'), '')
    .split('\n')
    .map((line) => line.slice(line.lastIndexOf('\r') + 1).replaceAll('\v', ''));
}

describe('ProgressBars', () => {
  it('draws one bar in place with rate and time left', () => {
    const io = capturedIo({ isTTY: true });
    const bars = new ProgressBars(io);
    const progress = { stage: 'distil', total: 100, unit: 'steps', figures: { loss: 0.31 } };
    try {
      bars.progress({ ...progress, done: 0 });
      io.time = 10_000;
      bars.progress({ ...progress, done: 50 });
      bars.info('Half-way.'); // redraws
      expect(io.stderr).toContain(
        'distil ████████████░░░░░░░░░░░░  50 % · 50/100 steps · 5 steps/s · 10 s left · loss 0.31',
      );
      expect(screen(io.stderr)[0]).toBe('Half-way.');
    } finally {
      bars.close();
    }
  });

  it('leaves a line of each finished work, and nothing of a bar that was closed', () => {
    const io = capturedIo({ isTTY: true });
    const bars = new ProgressBars(io);
    bars.progress({ stage: 'evaluate', done: 0, total: 10, unit: 'examples' });
    io.time = 2000;
    bars.progress({ stage: 'evaluate', done: 10, total: 10, unit: 'examples' });
    bars.progress({ stage: 'distil', done: 1, total: 10, unit: 'steps' });
    bars.close();
    expect(screen(io.stderr)).toEqual(['evaluate: 10/10 examples · 5 examples/s · took 2.0 s', '']);
    expect(io.stdout).toBe('');
  });
});
