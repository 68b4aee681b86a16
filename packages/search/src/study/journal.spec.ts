import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Journal, readJournal } from './journal.js';
import type { JournalRecord } from './journal-record.js';
import { STUDY_RECORD, toyRun } from './toy-study.fixture.js';

const RECORDS: readonly JournalRecord[] = [
  STUDY_RECORD,
  { kind: 'proposed', trial: 0, configuration: { rate: 1e-7, size: 4, name: 'é\n' } },
  { kind: 'lost', trial: 0, attempt: 1, reason: 'It was killed.' },
  {
    kind: 'finished',
    trial: 0,
    outcome: {
      state: 'complete',
      reports: [{ budget: 1, value: 0.1 + 0.2 }],
      values: [0.5],
      runs: [toyRun(0.5)],
    },
  },
];

describe('Journal', () => {
  let folder: string;
  let path: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'distiller-journal-'));
    path = join(folder, 'journal.jsonl');
  });

  afterEach(() => rm(folder, { recursive: true }));

  async function write(records: readonly JournalRecord[]): Promise<void> {
    const { journal } = await Journal.open(folder);
    for (const record of records) await journal.append(record);
    await journal.close();
  }

  it('gives back what was appended', async () => {
    await write(RECORDS.slice(0, 2));
    await write(RECORDS.slice(2));
    expect(await readJournal(folder)).toEqual(RECORDS);
  });

  it('cut at any byte of its last record goes on as if that had not been written', async () => {
    await write(RECORDS);
    const whole = await readFile(path);
    const last = whole.length - (whole.lastIndexOf('\n', whole.length - 2) + 1);
    for (let lost = 1; lost <= last; lost++) {
      await truncate(path, whole.length - lost);
      expect(await readJournal(folder)).toEqual(RECORDS.slice(0, -1));
      const { journal, records } = await Journal.open(folder);
      expect(records).toEqual(RECORDS.slice(0, -1));
      await journal.append(RECORDS.at(-1) as JournalRecord);
      await journal.close();
      expect((await readFile(path)).equals(whole)).toBe(true);
    }
  });

  it('has one writer at a time, and readers beside it', async () => {
    const { journal } = await Journal.open(folder);
    await journal.append(STUDY_RECORD);
    await expect(Journal.open(folder)).rejects.toThrow(/is in use by process \d+ on .*--out/);
    expect(await readJournal(folder)).toEqual([STUDY_RECORD]);
    await journal.close();
    await (await Journal.open(folder)).journal.close();
  });

  it.each([
    ['a changed byte', (text: string) => text.replace('0.5', '0.6'), /line 4 .*checksum/],
    ['a line of something else', (text: string) => `${text}{}\n`, /line 5 .*checksum/],
    ['no JSON', (text: string) => text.replace('{', ''), /line 1 is not what was written/],
  ])('refuses %s and names the line', async (_, change, message) => {
    await write(RECORDS);
    const before = change(await readFile(path, 'utf8'));
    await writeFile(path, before);
    await expect(Journal.open(folder)).rejects.toThrow(message);
    await expect(readJournal(folder)).rejects.toThrow(/cut it before this line/);
    expect(await readFile(path, 'utf8')).toBe(before);
  });

  it('says when a folder holds no study', async () => {
    await expect(readJournal(folder)).rejects.toThrow(/holds no study: journal\.jsonl is missing/);
  });
});
