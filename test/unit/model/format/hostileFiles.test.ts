// Files that are made to do harm, or happen to: each is refused in one clear line, all of them in one process with little memory.
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  configJson,
  graniteLike,
  type TinyModel,
  tinyConfig,
  tinyModel,
  writeTinyGguf,
  writeTinySafetensors,
} from '../../../support/tinyModel.ts';

interface HostileModel {
  readonly name: string;
  /** Writes it into an empty folder; resolves with the path that a user would give. */
  readonly write: (folder: string) => Promise<string>;
  readonly refusal: RegExp;
}

const opener = fileURLToPath(new URL('../../../support/openWeightsProcess.ts', import.meta.url));
const model: TinyModel = tinyModel(tinyConfig('llama'));
const granite: TinyModel = tinyModel(tinyConfig('llama', graniteLike));
const starCoder2: TinyModel = tinyModel(tinyConfig('starcoder2'));

/** Places in a GGUF file: behind the magic come version, count of tensors and count of metadata. */
const versionAt = 4;
const tensorCountAt = 8;
const valueCountAt = 16;
const firstKeyAt = 24;

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const u64 = (value: bigint | number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};
/** Behind the first `name` in a file. */
const behind = (bytes: Buffer, name: string): number => bytes.indexOf(name) + name.length;

/** A sound GGUF file of which `change` alters some bytes. */
function gguf(
  name: string,
  refusal: RegExp,
  change: (bytes: Buffer) => Buffer = (bytes) => bytes,
  metadata: Parameters<typeof writeTinyGguf>[2] = {},
  of = model,
): HostileModel {
  return {
    name: `a GGUF file with ${name}`,
    refusal,
    write: async (folder) => {
      const path = join(folder, 'm.gguf');
      await writeTinyGguf(path, of, metadata);
      const bytes = await readFile(path);
      await writeFile(path, change(bytes));
      return path;
    },
  };
}

/** `bytes` with others written over them. */
function put(bytes: Buffer, at: number, ...values: readonly Buffer[]): Buffer {
  Buffer.concat(values).copy(bytes, at);
  return bytes;
}

/** Altered at a place, or behind a name. */
const patched = (name: string, refusal: RegExp, at: number | string, ...values: readonly Buffer[]): HostileModel =>
  gguf(name, refusal, (bytes) => put(bytes, typeof at === 'number' ? at : behind(bytes, at), ...values));

/** What stands behind a tensor's name: number of dimensions, two of them, type, offset. */
const offsetAt = 4 + 16 + 4;

const ggufFiles: readonly HostileModel[] = [
  patched('nothing but zeros for a magic', /is not a GGUF file/, 0, u32(0)),
  patched('the magic of its predecessor', /is not a GGUF file/, 0, Buffer.from('GGML')),
  patched('its magic turned round', /is not a GGUF file/, 0, Buffer.from('FUGG')),
  patched('version 0', /version 0/, versionAt, u32(0)),
  patched('version 1', /version 1/, versionAt, u32(1)),
  patched('version 99', /version 99/, versionAt, u32(99)),
  patched('the other byte order', /big-endian/, versionAt, Buffer.from([0, 0, 0, 3])),
  patched('2^63 tensors', /counts/, tensorCountAt, u64(2n ** 63n)),
  patched('ten million tensors', /counts/, tensorCountAt, u64(10_000_000)),
  patched('2^64 - 1 values', /counts/, valueCountAt, u64(2n ** 64n - 1n)),
  patched('a hundred thousand values', /counts/, valueCountAt, u64(100_000)),
  patched('a key of 2^40 characters', /damaged GGUF header/, firstKeyAt, u64(2n ** 40n)),
  patched('a key of nine million characters', /damaged GGUF header|ends/, firstKeyAt, u64(9_000_000)),
  patched('a text of 2^62 characters', /damaged GGUF header/, 'general.name', u32(8), u64(2n ** 62n)),
  patched('a value of no known type', /damaged GGUF header/, 'general.name', u32(77)),
  patched('a list of 2^50 items', /damaged GGUF header/, 'tokenizer.ggml.tokens', u32(9), u32(8), u64(2n ** 50n)),
  patched('a list that goes on behind the file', /damaged|ends/, 'tokenizer.ggml.tokens', u32(9), u32(8), u64(999_999)),
  patched(
    'lists in lists in lists',
    /damaged|ends/,
    'tokenizer.ggml.tokens',
    ...Array.from({ length: 8 }, () => Buffer.concat([u32(9), u64(1)])),
  ),
  patched('a tensor of a thousand dimensions', /damaged GGUF header/, 'token_embd.weight', u32(1000)),
  patched('a tensor of three dimensions', /not a vector or matrix|damaged/, 'blk.0.attn_q.weight', u32(3)),
  patched('a tensor of 2^60 columns', /damaged GGUF header/, 'token_embd.weight', u32(2), u64(2n ** 60n)),
  patched('a tensor of 2^32 columns', /\[320, 4294967296\]/, 'token_embd.weight', u32(2), u64(2n ** 32n)),
  patched('a tensor of no rows', /not a vector or matrix/, 'blk.0.attn_q.weight', u32(2), u64(64), u64(0)),
  gguf('a tensor 2^62 bytes away', /ends before its data/, (bytes) =>
    put(bytes, behind(bytes, 'blk.1.ffn_up.weight') + offsetAt, u64(2n ** 62n)),
  ),
  gguf('two tensors in one place', /overlap/, (bytes) =>
    put(bytes, behind(bytes, 'blk.1.ffn_up.weight') + offsetAt, u64(0)),
  ),
  gguf('a tensor that begins within another', /overlap/, (bytes) => {
    const at = behind(bytes, 'blk.0.ffn_up.weight') + offsetAt;
    return put(bytes, at, u64(bytes.readBigUInt64LE(at) - 32n));
  }),
  gguf('two tensors of one name', /for the second time/, (bytes) =>
    put(bytes, bytes.indexOf('blk.1.ffn_up.weight'), Buffer.from('blk.0')),
  ),
  ...(
    [
      ['four billion layers', 'block_count', { u32: 4_000_000_000 }, /lacks the tensor model\.layers\.2/],
      ['no layers', 'block_count', { u32: 0 }, /layers: 0/],
      ['no heads', 'attention.head_count', { u32: 0 }, /heads: 0/],
      ['heads that its key heads do not divide', 'attention.head_count_kv', { u32: 3 }, /heads: 4 over 3/],
      ['a context of four billion tokens', 'context_length', { u32: 4_000_000_000 }, /contextTokens: 4000000000/],
      ['no epsilon', 'attention.layer_norm_rms_epsilon', { f32: Number.NaN }, /normEpsilon: NaN/],
      ['no base for its rotations', 'rope.freq_base', { f32: 0 }, /ropeTheta: 0/],
    ] as const
  ).map(([name, key, value, refusal]) => gguf(name, refusal, undefined, { [`llama.${key}`]: value })),
  ...(
    [
      ['a window of nothing', 'attention.sliding_window', { u32: 0 }, /contextTokens: 0/],
      ['an epsilon below nothing', 'attention.layer_norm_epsilon', { f32: -1 }, /normEpsilon: -1/],
    ] as const
  ).map(([name, key, value, refusal]) =>
    gguf(`${name} in StarCoder2`, refusal, undefined, { [`starcoder2.${key}`]: value }, starCoder2),
  ),
  ...(
    [
      ['a norm without its bias', starCoder2, 'blk.1.attn_norm.bias', 'input_layernorm'],
      ['a last norm without its bias', starCoder2, 'output_norm.bias', 'model.norm'],
      ['biases in its first layer alone', starCoder2, 'blk.1.ffn_up.bias', 'mlp.c_fc'],
      ['biases in its first layer alone', granite, 'blk.1.attn_output.bias', 'self_attn.o_proj'],
      ['no bias for its gate', granite, 'blk.0.ffn_gate.bias', 'mlp.gate_proj'],
    ] as const
  ).map(([name, of, tensor, missing]) =>
    gguf(
      `${name} (${of.config.name})`,
      new RegExp(`lacks the tensor [\\w.]*${missing}\\.bias`),
      (bytes) => put(bytes, bytes.indexOf(tensor), Buffer.from('lost')),
      {},
      of,
    ),
  ),
  gguf('an alignment of 0', /alignment/, undefined, { 'general.alignment': { u32: 0 } }),
  gguf('an alignment of two gigabytes', /alignment/, undefined, { 'general.alignment': { u32: 2 ** 31 } }),
  gguf('its second half cut off', /ends/, (bytes) => bytes.subarray(0, bytes.length >> 1)),
  gguf('its header cut off', /ends|counts|damaged/, (bytes) => bytes.subarray(0, 900)),
];

/** A sound folder of safetensors that `change` alters. */
const folderOf = (
  name: string,
  refusal: RegExp,
  change: (folder: string) => Promise<void>,
  of = model,
): HostileModel => ({
  name: `a folder with ${name}`,
  refusal,
  write: async (folder) => {
    await writeTinySafetensors(folder, of);
    await change(folder);
    return folder;
  },
});

interface Described {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly number[];
}
type Directory = Readonly<Record<string, Described>>;

/** With another directory in its only file; a string is written as it is. */
const directory = (name: string, refusal: RegExp, change: (entries: Directory) => Directory | string) =>
  folderOf(name, refusal, async (folder) => {
    const path = join(folder, 'model.safetensors');
    const bytes = await readFile(path);
    const dataAt = 8 + Number(bytes.readBigUInt64LE(0));
    const changed = change(JSON.parse(bytes.toString('utf8', 8, dataAt)) as Directory);
    const text = Buffer.from(typeof changed === 'string' ? changed : JSON.stringify(changed));
    await writeFile(path, Buffer.concat([u64(text.length), text, bytes.subarray(dataAt)]));
  });

const norm = 'model.norm.weight';

/** With other words about one of its tensors. */
const described = (name: string, refusal: RegExp, words: (entries: Directory) => Partial<Described>) =>
  directory(name, refusal, (entries) => ({ ...entries, [norm]: { ...entries[norm]!, ...words(entries) } }));

const headerOf = (name: string, refusal: RegExp, length: bigint | number): HostileModel =>
  folderOf(name, refusal, async (folder) => {
    const path = join(folder, 'model.safetensors');
    const bytes = await readFile(path);
    u64(length).copy(bytes);
    await writeFile(path, bytes);
  });

const index = (name: string, refusal: RegExp, contents: unknown): HostileModel =>
  folderOf(name, refusal, (folder) =>
    writeFile(join(folder, 'model.safetensors.index.json'), JSON.stringify(contents)),
  );

const leadingTo = (file: unknown, refusal = /names no file/): HostileModel =>
  index(`an index that leads to ${JSON.stringify(file)}`, refusal, { weight_map: { 'model.norm.weight': file } });

const configured = (name: string, refusal: RegExp, changes: Record<string, unknown>, of = model): HostileModel =>
  folderOf(
    name,
    refusal,
    (folder) => writeFile(join(folder, 'config.json'), JSON.stringify({ ...configJson(of.config), ...changes })),
    of,
  );

const folders: readonly HostileModel[] = [
  headerOf('a header of no length', /not a safetensors file/, 0),
  headerOf('a header of 2^63 bytes', /not a safetensors file/, 2n ** 63n),
  headerOf('a header that goes on behind the file', /ends before/, 99_999_999),
  directory('a list for a directory', /JSON object/, () => '[]'),
  directory('a hundred thousand brackets for a directory', /damaged JSON|JSON object/, () => '['.repeat(100_000)),
  described('a tensor before the data', /describes the tensor/, () => ({ data_offsets: [-256, 0] })),
  described('a tensor between two bytes', /describes the tensor/, () => ({ data_offsets: [0.5, 256.5] })),
  described('a tensor that ends where it begins', /size that does not fit/, () => ({ data_offsets: [256, 256] })),
  described('a tensor behind the file', /ends before its data/, () => ({ data_offsets: [2 ** 50, 2 ** 50 + 256] })),
  described('two tensors in one place', /overlap/, (entries) => ({
    data_offsets: entries['model.layers.0.input_layernorm.weight']!.data_offsets,
  })),
  described('a tensor that begins within another', /overlap/, (entries) => ({
    data_offsets: entries[norm]!.data_offsets.map((offset) => offset - 4),
  })),
  described('a shape beyond all numbers', /describes the tensor/, () => ({ shape: [1e308, 1e308] })),
  described('a shape of fractions', /describes the tensor/, () => ({ shape: [128, 0.5] })),
  described('tensors of eight bytes a number', /F64, which is not supported/, () => ({ dtype: 'F64' })),
  folderOf('one tensor in two files', /for the second time/, async (folder) => {
    const bytes = await readFile(join(folder, 'model.safetensors'));
    await writeFile(join(folder, 'more.safetensors'), bytes);
  }),
  leadingTo('../elsewhere.safetensors'),
  leadingTo('/etc/passwd'),
  leadingTo('C:\\model.safetensors'),
  leadingTo('sub/../../model.safetensors'),
  leadingTo('~/model.safetensors'),
  leadingTo('file:///etc/passwd'),
  leadingTo('nul'),
  leadingTo(''),
  leadingTo(7),
  leadingTo('..'),
  leadingTo('config.json', /not a safetensors file/),
  index('an index of nothing', /weight_map/, {}),
  folderOf('a folder for a file', /is not a file/, async (folder) => {
    await rm(join(folder, 'model.safetensors'));
    await mkdir(join(folder, 'model.safetensors'));
  }),
  configured('a billion layers', /lacks the tensor model\.layers\.2/, { num_hidden_layers: 1e9 }),
  configured('half a layer', /layers: 1\.5/, { num_hidden_layers: 1.5 }),
  configured('fewer heads than none', /heads: -4/, { num_attention_heads: -4 }),
  configured('a context beyond all numbers', /contextTokens: 1e\+?300/, { max_position_embeddings: 1e300 }),
  configured('biases that are not there', /lacks the tensor [\w.]*q_proj\.bias/, { attention_bias: true }),
  configured('feed-forward biases that are not there', /lacks the tensor [\w.]*gate_proj\.bias/, { mlp_bias: true }),
  configured('a window below nothing', /contextTokens: -5/, { sliding_window: -5 }, starCoder2),
  configured('a window of text', /lacks "sliding_window"/, { sliding_window: 'wide' }, starCoder2),
  configured('an epsilon of nothing', /normEpsilon: 0/, { norm_epsilon: 0 }, starCoder2),
  configured('another activation', /activation relu: choose a starcoder2 model/, { hidden_act: 'relu' }, starCoder2),
  configured('the layers of another architecture', /lacks the tensor [\w.]*input_layernorm\.bias/, {
    model_type: 'starcoder2',
    hidden_act: 'gelu_pytorch_tanh',
  }),
  configured('no scale of its rotations', /factor: 0/, { rope_scaling: { rope_type: 'linear', factor: 0 } }),
];

/** Makes a pipe. */
const pipeMaker = 'mkfifo';
/** A pipe that nobody writes to: whoever opens it waits. */
const pipe: HostileModel = {
  name: 'a pipe',
  refusal: /is not a file/,
  write: async (folder) => {
    const path = join(folder, 'm.gguf');
    execFileSync(pipeMaker, [path]);
    return path;
  },
};

describe('a hostile model', function () {
  this.timeout(60_000);
  const all = [...ggufFiles, ...folders, ...(process.platform === 'win32' ? [] : [pipe])];
  const refusals = new Map<string, string>();
  const paths = new Map<HostileModel, string>();
  let root: string;
  let mostBytes: number;

  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'palimpsest-hostile-'));
    for (const [number, hostile] of all.entries()) {
      const folder = join(root, String(number));
      await mkdir(folder);
      paths.set(hostile, await hostile.write(folder));
    }
    const { stdout } = await promisify(execFile)(process.execPath, ['--import=tsx', opener, ...paths.values()]);
    const lines = stdout.trim().split('\n');
    mostBytes = Number(lines.pop());
    for (const line of lines) refusals.set(...(JSON.parse(line) as [string, string]));
  });
  after(() => rm(root, { recursive: true, force: true }));

  for (const hostile of all)
    it(`is refused: ${hostile.name}`, () => {
      const path = paths.get(hostile)!;
      const said = refusals.get(path) ?? '';
      assert.ok(said.startsWith(path), said);
      assert.match(said, hostile.refusal);
      assert.match(said, /^[^\n]+: [^\n]+\.$/);
    });

  it('takes little memory', () => {
    assert.ok(mostBytes < 400e6, `${mostBytes} bytes`);
  });
});
