import { mkdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ROWS, tsv, TinyWorkspace } from './tiny-workspace.fixture.js';

jest.setTimeout(60_000);

let workspace: TinyWorkspace;

beforeAll(async () => {
  workspace = await TinyWorkspace.make();
});

afterAll(() => workspace.remove());

/** Runs a command that must fail with one message, print no result, and leave every file as it was. */
async function refuses(
  args: readonly string[],
  code: 1 | 2,
  message: RegExp,
  stdin?: AsyncIterable<Uint8Array>,
): Promise<void> {
  const before = await workspace.contents();
  const outcome = await workspace.run(args, undefined, stdin);
  expect(outcome.stderr).toMatch(message);
  expect(outcome.stderr).not.toMatch(/This is a bug/);
  expect(outcome).toMatchObject({ code, stdout: '' });
  expect(await workspace.contents()).toEqual(before);
}

interface Header {
  [name: string]: { dtype: string; shape: number[]; data_offsets: [number, number] };
}

/** Rewrites a safetensors file: the change gets the parsed header and gives the bytes that take its place. */
async function withHeader(path: string, change: (header: Header) => string | void): Promise<void> {
  const file = await readFile(path);
  const length = Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.toString('utf8', 8, 8 + length)) as Header;
  const bytes = Buffer.from(change(header) ?? JSON.stringify(header));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(bytes.length));
  await writeFile(path, Buffer.concat([size, bytes, file.subarray(8 + length)]));
}

/** The entry of a tensor by its name. */
function entry(header: Header, name: string): Header[string] {
  const found = header[name];
  if (!found) throw new Error(`the test's model has no ${name}`);
  return found;
}

async function withJson(path: string, change: (json: Record<string, unknown>) => void) {
  const json = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
  change(json);
  await writeFile(path, JSON.stringify(json));
}

const SCALE = 'bert.embeddings.LayerNorm.weight';
const HEAD = 'classifier.bias';

describe('a model folder', () => {
  const weights = (folder: string) => join(folder, 'model.safetensors');
  const config = (folder: string) => join(folder, 'config.json');
  const tokenizer = (folder: string) => join(folder, 'tokenizer.json');

  it.each<[string, (folder: string) => Promise<unknown>, RegExp]>([
    ['cut weights', (f) => truncate(weights(f), 5000), /ends beyond the file.*damaged/],
    ['empty weights', (f) => truncate(weights(f), 0), /the file has 0 bytes/],
    [
      'a header longer than the file',
      (f) => writeFile(weights(f), Uint8Array.of(0, 1, 0, 0, 0, 0, 0, 0, 0x7b, 0x7d)),
      /says that it has 256 bytes but the file ends after 2/,
    ],
    [
      'a header longer than any',
      async (f) => {
        // Sparse: the size is told, not taken.
        await writeFile(weights(f), Uint8Array.of(1, 0xe1, 0xf5, 5, 0, 0, 0, 0, 0x7b));
        await truncate(weights(f), 101_000_000);
      },
      /says that it has 100000001 bytes; at most 100000000 are allowed/,
    ],
    [
      'overlapping tensors',
      (f) =>
        withHeader(weights(f), (header) => {
          const { data_offsets: at } = entry(header, SCALE);
          entry(header, SCALE).data_offsets = [at[0] - 4, at[1] - 4];
        }),
      /overlaps the tensor before it/,
    ],
    [
      'a hole between tensors',
      (f) =>
        withHeader(weights(f), (header) => {
          const { data_offsets: at } = entry(header, SCALE);
          entry(header, SCALE).data_offsets = [at[0] + 4, at[1] + 4];
        }),
      /leaves a hole/,
    ],
    [
      'a type of another size',
      (f) => withHeader(weights(f), (header) => void (entry(header, SCALE).dtype = 'F16')),
      /F16 \[16\] takes 32 bytes but data_offsets .* span 64/,
    ],
    [
      'a tensor named twice',
      (f) =>
        withHeader(weights(f), (header) =>
          JSON.stringify(header).replace(/}$/, `,"${HEAD}":${JSON.stringify(header[HEAD])}}`),
        ),
      /the key "classifier.bias" appears twice/,
    ],
    [
      'bytes behind the last tensor',
      async (f) => writeFile(weights(f), 'more', { flag: 'a' }),
      /bytes follow the header/,
    ],
    [
      'a missing weight',
      (f) =>
        withHeader(weights(f), (header) =>
          JSON.stringify(header).replace('attention.self.query.bias', 'attention.self.other'),
        ),
      /holds "bert\.encoder\.layer\.0\.attention\.self\.other", which a bert model/,
    ],
    [
      'a weight of another shape',
      (f) => withHeader(weights(f), (header) => void (entry(header, SCALE).shape = [4, 4])),
      /LayerNorm.weight" is \[4, 4\], but config.json calls for \[16\]. Check that config.json/,
    ],
    [
      'weights that are no numbers',
      async (f) => {
        const bytes = await readFile(weights(f));
        bytes.fill(0xff, bytes.length - 64);
        await writeFile(weights(f), bytes);
      },
      /holds NaN at element/,
    ],
    ['no weights', (f) => rm(weights(f)), /has no weights: expected model\.safetensors/],
    [
      'a pickle',
      (f) => rename(weights(f), join(f, 'pytorch_model.bin')),
      /is a pickle.*convert it to safetensors/,
    ],
    [
      'a folder for weights',
      async (f) => {
        await rm(weights(f));
        await mkdir(weights(f));
      },
      /model\.safetensors: EISDIR.*It is a folder, not a file/,
    ],
    ['no configuration', (f) => rm(config(f)), /There is no model in .*: it has no config\.json/],
    ['half a configuration', (f) => truncate(config(f), 20), /config\.json is not JSON/],
    [
      'another architecture',
      (f) => withJson(config(f), (json) => void (json['model_type'] = 'gpt2')),
      /model_type is "gpt2"; expected one of bert/,
    ],
    [
      'a number of layers that nobody has',
      (f) => withJson(config(f), (json) => void (json['num_hidden_layers'] = 1e12)),
      /config\.json is wrong:[^]*at num_hidden_layers/,
    ],
    [
      'a smaller vocabulary than the tokenizer',
      (f) =>
        withJson(tokenizer(f), (json) => {
          const { vocab } = json['model'] as { vocab: Record<string, number> };
          vocab['extra'] = 500;
        }),
      /broken: the tokenizer has 501 tokens but the model's word table only \d+ rows/,
    ],
    ['no tokenizer', (f) => rm(tokenizer(f)), /holds no tokenizer/],
    ['half a tokenizer', (f) => truncate(tokenizer(f), 50), /tokenizer\.json is not JSON/],
  ])('with %s', async (_, change, message) => {
    await workspace.copy('teacher', 'broken');
    await change(workspace.path('broken'));
    await refuses(['predict', 'broken', 'a text'], 1, message);
    await refuses(['run', 'recipe.yaml', '--set', 'teacher.model=broken'], 1, message);
  });

  it.each([
    ['nowhere', /There is no model in .*nowhere: it does not exist/],
    ['reviews.tsv', /There is no model in .*reviews\.tsv: it is a file/],
  ])('that is not one: %s', async (path, message) => {
    await refuses(['predict', path, 'a text'], 1, message);
    await refuses(['export', path, '--format', 'onnx'], 1, message);
    await refuses(['evaluate', path, '--recipe', 'recipe.yaml'], 1, message);
  });
});

describe('a data file', () => {
  const rows = (...more: string[]) => tsv([...ROWS.slice(0, 8), ...more, ...ROWS.slice(8)]);
  const latin1 = Buffer.from(rows('a caf\u00e9\tfine'), 'latin1');

  it.each<[string, string, string | Uint8Array, 1 | 2, RegExp]>([
    ['without a byte', 'bad.tsv', '', 1, /bad\.tsv is empty/],
    ['with too few columns', 'bad.tsv', rows('alone'), 1, /bad\.tsv:10: found 1 cell/],
    ['with too many columns', 'bad.tsv', rows('a\tfine\tb'), 1, /bad\.tsv:10: found 3 cells/],
    ['with an empty label', 'bad.tsv', rows('a text\t'), 1, /bad\.tsv:10: no value in column/],
    ['in Latin 1', 'bad.tsv', latin1, 1, /bad\.tsv:10: not UTF-8 text. Set "encoding: latin1"/],
    ['without the column', 'bad.tsv', tsv(ROWS, 'text\tlabl'), 1, /Did you mean "labl"\?/],
    ['with one class', 'bad.tsv', tsv(ROWS.slice(0, 9)), 1, /has only the label "fine"/],
    ['with half a record', 'bad.jsonl', '{"text":"a",', 1, /bad\.jsonl:1: not JSON/],
    ['that is no Parquet', 'bad.parquet', 'PAR1oddPAR1', 1, /bad\.parquet is damaged or no/],
    ['of an unknown format', 'bad.foo', tsv(ROWS), 2, /bad\.foo does not tell its format/],
    [
      'with an open quote',
      'bad.csv',
      'text,label\n"a,b\n',
      1,
      /bad\.csv:2: a quote .* never closed/,
    ],
  ])('%s', async (_, name, content, code, message) => {
    await workspace.write(name, content);
    await refuses(['run', 'recipe.yaml', '--set', `task.train=${name}`], code, message);
    await refuses(['finetune', 'recipe.yaml'], 2, /model: is missing/);
  });

  it.each<[string, string, RegExp]>([
    ['a label that is not in training', rows('a\tgreat'), /10: the label "great" is unknown/],
    ['no rows', tsv([]), /bad\.tsv: no rows for the validation split/],
  ])('for validation with %s', async (_, content, message) => {
    await workspace.write('bad.tsv', content);
    await refuses(['run', 'recipe.yaml', '--set', 'task.validation=bad.tsv'], 1, message);
  });

  it('with a label that is no number, for a regression', async () => {
    const settings = '{ use: file, kind: regression, train: reviews.tsv }';
    const args = ['run', 'recipe.yaml', '--set', `task=${settings}`];
    const options = ['--set', 'objectives.0.use=logit-mse'];
    await refuses([...args, ...options], 1, /reviews\.tsv:2: the label is "fine"; a regression/);
  });

  it.each([
    ['nowhere.tsv', /nowhere\.tsv: ENOENT.*It does not exist/],
    ['teacher', /The name of .*teacher does not tell its format/],
  ])('that is not one: %s', async (path, message) => {
    await refuses(
      ['run', 'recipe.yaml', '--set', `task.train=${path}`],
      path === 'teacher' ? 2 : 1,
      message,
    );
  });

  it('whose texts are longer than the model is cut, and the advice fits', async () => {
    const long = ROWS.map((row) => row.replace('\t', ` ${'very '.repeat(30)}\t`));
    await workspace.write('long.tsv', tsv(long));
    const task = ['--task', 'file', '--set', 'task.train=long.tsv'];
    const whole = await workspace.run(['evaluate', 'teacher', ...task]);
    expect(whole.stderr).toMatch(
      /longer than 16 tokens .* were cut\. No more fits into the model\./,
    );
    const short = await workspace.run(['evaluate', 'teacher', ...task, '--max-length', '8']);
    expect(short.stderr).toMatch(/A larger maximum length would keep more, up to 16\./);
    const texts = await workspace.run(['predict', 'teacher', 'very '.repeat(30), 'a text']);
    expect(texts.stderr).toMatch(/1 of 2 texts are longer than 16 tokens and were cut\./);
    expect([whole.code, short.code, texts.code]).toEqual([0, 0, 0]);
  });
});

describe('texts for predict', () => {
  async function* stdin(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
    yield bytes;
  }

  it('that are none give no line and a hint', async () => {
    const { code, stdout, stderr } = await workspace.run(['predict', 'teacher']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toMatch(/stdin is empty: there was no text to label/);
  });

  it('that are not UTF-8, no pairs, or not there', async () => {
    const latin1 = stdin(Buffer.from('a text\na caf\u00e9\n', 'latin1'));
    await refuses(['predict', 'teacher'], 1, /stdin, line 2: not UTF-8 text/, latin1);
    await refuses(['predict', 'teacher', '--pair', 'a b'], 1, /Text 1 has 0 tabs/);
    await refuses(['predict', 'teacher', '--file', 'none.txt'], 1, /none\.txt: ENOENT/);
    await refuses(['predict', 'teacher', '--file', 'teacher'], 1, /It is a folder, not a file/);
  });
});

describe('a recipe', () => {
  const set = (...settings: string[]) => [
    'run',
    'recipe.yaml',
    ...settings.flatMap((setting) => ['--set', setting]),
  ];

  it('with many mistakes tells them all', async () => {
    await workspace.write(
      'typos.yaml',
      `nmae: x
task: { use: fil }
teacher: { use: bert, modle: teacher }
student: { use: bert, layrs: 1 }
objectives: [{ use: hard-lable }]
training: { epochs: 0, optimizer: { use: adam } }
`,
    );
    const before = await workspace.contents();
    const { code, stderr } = await workspace.run(['run', 'typos.yaml']);
    expect(code).toBe(2);
    for (const message of [
      /has \d+ problems:/,
      /task\.use: No task is called "fil"\. Did you mean "file"\?/,
      /teacher\.model: is missing/,
      /teacher: unknown setting "modle"\. Did you mean "model"\?/,
      /student: unknown setting "layrs"/,
      /objectives\.0\.use: No objective is called "hard-lable"\. Did you mean "hard-label"\?/,
      /training\.epochs: .*\(given 0\)/,
      /training\.optimizer\.use: .*Did you mean "adamw"\?/,
      /unknown setting "nmae"\. Did you mean "name"\?/,
    ])
      expect(stderr).toMatch(message);
    expect(await workspace.contents()).toEqual(before);
  });

  it.each<[string, string | Uint8Array, RegExp]>([
    ['empty.yaml', '', /The recipe .*empty\.yaml is empty/],
    ['half.yaml', 'a: [b', /half\.yaml is not valid YAML.*line/],
    ['twice.yaml', 'a: 1\na: 2\n', /Map keys must be unique at line 2/],
    ['latin1.yaml', Buffer.from('name: caf\u00e9', 'latin1'), /latin1\.yaml is not UTF-8 text/],
  ])('%s that is no recipe', async (name, content, message) => {
    await workspace.write(name, content);
    await refuses(['run', name], 2, message);
  });

  it.each<[string[], 1 | 2, RegExp]>([
    [['training.epochs'], 2, /is not of the form path=value/],
    [['name.x=1'], 2, /name is "tiny", so nothing can be set inside it/],
    [['objectives.7.use=a'], 2, /objectives is a list of 1/],
    [['teacher.signals={ cahce: {} }'], 2, /teacher\.signals/],
    [['task.labels=[poor, fine]'], 2, /The teacher's classes are fine, poor but .* poor, fine/],
    [['task.labels=[fine, poor, odd]'], 2, /gives 2 logits but the task file has 3 outputs/],
    [['task.labels=[fine, fine]'], 2, /task\.labels: "fine" is given twice/],
    [
      ['intermediate=[{ use: hidden-mse, matching: { use: last } }]', 'student.layers=3'],
      2,
      /the student has 3 layers but the teacher only 2/,
    ],
    [['student={ use: bert, initialise: { teacherLayers: [0, 5] } }'], 2, /no layer 5/],
    [['student.heads=3'], 2, /hiddenSize 8 is not a multiple of heads 3/],
    [['student.maxLength=1000000000000'], 2, /would have 8\.00e\+12 parameters; at most/],
    [['objectives=[]'], 2, /no objectives/],
    [['engine.use=onxn'], 2, /Did you mean "onnx"\?/],
    [
      ['plugins=[distiller-plugin-none]'],
      2,
      /is not installed for .*npm install distiller-plugin-none/,
    ],
    [['plugins=[./bare]'], 2, /bare\/package\.json lacks the field "distiller"/],
    [
      ['plugins=[./newer]'],
      2,
      /was written for plugin API "9", but this is Distiller with plugin API "1"/,
    ],
  ])('with %j', async (settings, code, message) => {
    await mkdir(workspace.path('bare'), { recursive: true });
    await workspace.write('bare/package.json', '{ "name": "bare" }');
    await mkdir(workspace.path('newer'), { recursive: true });
    await workspace.write(
      'newer/package.json',
      '{ "name": "newer", "distiller": { "apiVersion": "9", "plugin": "./index.js" } }',
    );
    await refuses(set(...settings), code, message);
  });

  it('that asks for a distribution over one number', async () => {
    await workspace.write('numbers.tsv', tsv(ROWS.map((row, i) => row.replace(/\t.*/, `\t${i}`))));
    const task = 'task={ use: file, kind: regression, train: numbers.tsv }';
    await refuses(set(task), 2, /objectives\.0: soft-cross-entropy does not suit .* use logit-mse/);
  });

  it('without a cache to build', async () => {
    await refuses(['cache', 'build', 'recipe.yaml'], 2, /teacher: it keeps no signals.*cache/);
  });

  it.each([
    ['reviews.tsv', /A part of the path is a file, not a folder/],
    ['reviews.tsv/below', /A part of the path is a file, not a folder/],
    ['/proc/distiller', /Can't make the folder \/proc\/distiller/],
  ])('whose output can not be written: %s', async (out, message) => {
    await refuses([...set(), '--out', out], 1, message);
    await refuses(['export', 'teacher', '--format', 'safetensors', '--out', out], 1, message);
  });
});
