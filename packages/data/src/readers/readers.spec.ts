import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { readTable, type TableOptions } from './read-table.js';
import type { ColumnRequest, Row } from './row.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'readers-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function write(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

async function read(path: string, request: ColumnRequest, options?: TableOptions): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const row of readTable(path, request, options)) rows.push(row);
  return rows;
}

const cells = (rows: readonly Row[]) => rows.map((row) => row.cells);
const both: ColumnRequest = { required: ['text', 'label'] };

describe('TSV', () => {
  it('gives the columns asked for, in that order, quotes being text', async () => {
    const path = await write('a.tsv', 'label\tid\ttext\n1\tx\t"so"\n0\ty\ta "b\n');
    expect(await read(path, both)).toEqual([
      { cells: ['"so"', '1'], place: `${path}:2` },
      { cells: ['a "b', '0'], place: `${path}:3` },
    ]);
  });

  it('drops a byte order mark, Windows line ends and empty lines, and counts lines all the same', async () => {
    const path = await write('bom.tsv', '\uFEFFtext\tlabel\r\n\r\na\t1\r\n\nb\t2');
    const rows = await read(path, both);
    expect(cells(rows)).toEqual([
      ['a', '1'],
      ['b', '2'],
    ]);
    expect(rows.map(({ place }) => place)).toEqual([`${path}:3`, `${path}:5`]);
  });

  it('breaks lines at line feeds only', async () => {
    const path = await write('breaks.tsv', 'text\nx\u0085y\u2028z\vw\n');
    expect(cells(await read(path, { required: ['text'] }))).toEqual([['x\u0085y\u2028z\vw']]);
  });

  it('reads columns by place when there is no header, and leaves out an optional one', async () => {
    const path = await write('plain.tsv', 'id\t1\ttext\textra\nid\t0\tmore\n');
    const request = { required: [2, 1], optional: [3] };
    expect(cells(await read(path, request, { header: false }))).toEqual([
      ['text', '1', 'extra'],
      ['more', '0', undefined],
    ]);
  });

  it('lets the last column take the rest of the line', async () => {
    const path = await write('rest.txt', '1 how far is it ?\n0 why\n');
    const options = { format: 'tsv', delimiter: ' ', columns: 2, header: false } as const;
    expect(cells(await read(path, { required: [1, 0] }, options))).toEqual([
      ['how far is it ?', '1'],
      ['why', '0'],
    ]);
  });

  it('reads latin1, and tells the line that is not UTF-8', async () => {
    const path = await write('latin.tsv', Buffer.from('text\nok\ncaf\u00e9\n', 'latin1'));
    expect(cells(await read(path, { required: ['text'] }, { encoding: 'latin1' }))).toEqual([
      ['ok'],
      ['caf\u00e9'],
    ]);
    await expect(read(path, { required: ['text'] })).rejects.toThrow(
      `${path}:3: not UTF-8 text. Set "encoding: latin1" if that is what it is, or convert the file to UTF-8.`,
    );
  });

  it('knows UTF-16 by its byte order mark', async () => {
    const path = await write('u.tsv', Buffer.from('\uFEFFtext\nx', 'utf16le'));
    await expect(read(path, { required: ['text'] })).rejects.toThrow(
      `${path}:1: not UTF-8 text. It is UTF-16: convert it`,
    );
  });

  it('puts characters together that two chunks share, and counts lines across chunks', async () => {
    // 300,000 lines of 6 bytes: several chunks of 256 KiB, cut within lines and within é.
    const lines = Array.from({ length: 100_000 }, () => 'éé').join('\n');
    const path = await write('long.tsv', `text\n${lines}\n`);
    const rows = await read(path, { required: ['text'] });
    expect(rows).toHaveLength(100_000);
    expect(rows.every((row) => row.cells[0] === 'éé')).toBe(true);
    expect(rows.at(-1)?.place).toBe(`${path}:100001`);
    const bad = Buffer.concat([Buffer.from(`text\n${lines}\n`), Buffer.of(0xff, 0x0a)]);
    await expect(read(await write('bad.tsv', bad), { required: ['text'] })).rejects.toThrow(
      'bad.tsv:100002: not UTF-8',
    );
  });

  it('unpacks gzip and says when it is damaged', async () => {
    const packed = gzipSync('text\nhello\n');
    const path = await write('a.tsv.gz', packed);
    expect(cells(await read(path, { required: ['text'] }))).toEqual([['hello']]);
    const cut = await write('cut.tsv.gz', packed.subarray(0, 15));
    await expect(read(cut, { required: ['text'] })).rejects.toThrow(
      `${cut} is damaged or no gzip file: unexpected end of file.`,
    );
  });

  it('closes the file when the reader stops early', async () => {
    const path = await write('early.tsv', 'text\na\nb\n');
    for await (const row of readTable(path, { required: ['text'] })) {
      expect(row.cells).toEqual(['a']);
      break;
    }
    await rm(path);
  });

  it.each<[string, string, ColumnRequest, TableOptions, string]>([
    [
      'a row that is too short',
      'text\tlabel\na\t1\nb\n',
      both,
      {},
      ':3: found 1 cell, but the header names 2.',
    ],
    [
      'a row that is too long',
      'text\tlabel\na\tb\t1\n',
      both,
      {},
      ':2: found 3 cells, but the header names 2.',
    ],
    [
      'a row without the column',
      'a\t1\nb\n',
      { required: [0, 1] },
      { header: false },
      ':2: found 1 cell, but column 1 needs 2 (columns count from 0).',
    ],
    ['an empty file', '', both, {}, ' is empty.'],
    [
      'a misspelt column',
      'text\tlabels\n',
      both,
      {},
      ' has no column "label". Did you mean "labels"? Known: text, labels.',
    ],
    [
      'a place beside a header',
      'text\tlabel\n',
      { required: [0] },
      {},
      ' has no column 0. The file has a header, so name the column. Known: text, label.',
    ],
    [
      'a name without a header',
      'a\t1\n',
      both,
      { header: false },
      ' is read without a header, so column "text" has to be given by its place: 0 is the first.',
    ],
  ])('refuses %s', async (_, text, request, options, message) => {
    const path = await write('wrong.tsv', text);
    await expect(read(path, request, options)).rejects.toThrow(`${path}${message}`);
  });

  it('skips malformed rows when told to', async () => {
    const path = await write('skip.tsv', 'text\tlabel\na\nb\t1\n');
    expect(cells(await read(path, both, { malformed: 'skip' }))).toEqual([['b', '1']]);
  });

  it('refuses a file that is not there, and a name that says nothing', async () => {
    const path = join(folder, 'nowhere.tsv');
    await expect(read(path, both)).rejects.toThrow(`Can't read ${path}: ENOENT`);
    expect(() => readTable('data.dat', both)).toThrow(
      'The name of data.dat does not tell its format. Set "format" to tsv, csv, jsonl or parquet.',
    );
  });
});

describe('CSV', () => {
  it('honours quotes, and places a record at its first line', async () => {
    const path = await write('a.csv', '\uFEFFtext,label\n"a, ""b""\nc",1\n\nd,0\n');
    const rows = await read(path, both);
    expect(cells(rows)).toEqual([
      ['a, "b"\nc', '1'],
      ['d', '0'],
    ]);
    expect(rows.map(({ place }) => place)).toEqual([`${path}:2`, `${path}:5`]);
  });

  it('says where a quote was never closed, and where it does not belong', async () => {
    const open = await write('open.csv', 'text,label\na,1\n"b,0\nc,1\n');
    await expect(read(open, both)).rejects.toThrow(
      `${open}:3: a quote in the record that begins here is never closed. Check the quotes, or set "quotes: false"`,
    );
    const stray = await write('stray.csv', 'text,label\na "b" c,1\n');
    await expect(read(stray, both)).rejects.toThrow(`${stray}:2: Invalid Opening Quote`);
    expect(cells(await read(stray, both, { quotes: false }))).toEqual([['a "b" c', '1']]);
  });

  it('tells bad encoding through the parser', async () => {
    const path = await write('bad.csv', Buffer.from('text,label\ncaf\u00e9,1\n', 'latin1'));
    await expect(read(path, both)).rejects.toThrow(`${path}:2: not UTF-8 text.`);
  });
});

describe('JSONL', () => {
  it('reads keys of every plain type', async () => {
    const path = await write(
      'a.jsonl',
      '{"text":"a","label":1,"x":{}}\n\n{"label":true,"text":"b"}\n',
    );
    const request = { ...both, optional: ['weight'] };
    expect(await read(path, request)).toEqual([
      { cells: ['a', '1', undefined], place: `${path}:1` },
      { cells: ['b', 'true', undefined], place: `${path}:3` },
    ]);
  });

  it.each([
    ['a broken line', '{"text":"a","label":1}\n{"text":', /:2: not JSON: .* Each line must be/],
    ['another value', '[1]\n', /:1: found \[1\]; expected a JSON object/],
    [
      'a missing key',
      '{"text":"a","lable":1}\n',
      /:1: no key "label". Did you mean "lable"\? Known: text, lable\./,
    ],
    [
      'null',
      '{"text":null,"label":1}\n',
      /:1: no value in column "text"\. Fill it in or remove the row\./,
    ],
    [
      'a list',
      '{"text":["a"],"label":1}\n',
      /:1: column "text" holds a list; expected text or a number\./,
    ],
    ['an empty file', '\n', / is empty\./],
  ])('refuses %s', async (_, text, message) => {
    await expect(read(await write('wrong.jsonl', text), both)).rejects.toThrow(message);
  });
});

describe('Parquet', () => {
  const parquet = (rows: number) =>
    new Uint8Array(
      parquetWriteBuffer({
        columnData: [
          { name: 'text', data: Array.from({ length: rows }, (_, i) => `text ${i}`) },
          { name: 'label', data: Array.from({ length: rows }, (_, i) => BigInt(i)), type: 'INT64' },
          {
            name: 'note',
            data: Array.from({ length: rows }, (_, i) => (i % 2 ? null : 'n')),
            type: 'STRING',
          },
        ],
        rowGroupSize: 4,
      }),
    );

  it('reads every row group', async () => {
    const path = await write('a.parquet', parquet(10));
    const rows = await read(path, { ...both, optional: ['note', 'other'] });
    expect(rows).toHaveLength(10);
    expect(rows[9]).toEqual({
      cells: ['text 9', '9', undefined, undefined],
      place: `${path}, row 10`,
    });
    expect(rows[8]?.cells).toEqual(['text 8', '8', 'n', undefined]);
  });

  it('refuses an empty cell, a missing column and another kind of file', async () => {
    const path = await write('b.parquet', parquet(3));
    await expect(read(path, { required: ['note'] })).rejects.toThrow(
      `${path}, row 2: no value in column "note". Fill it in or remove the row.`,
    );
    await expect(read(path, { required: ['txt'] })).rejects.toThrow(
      `${path} has no column "txt". Did you mean "text"? Known: text, label, note.`,
    );
    const other = await write('c.parquet', 'no parquet file at all');
    await expect(read(other, both)).rejects.toThrow(`${other} is damaged or no Parquet file:`);
    await expect(read(join(folder, 'none.parquet'), both)).rejects.toMatchObject({ code: 'io' });
  });
});
