// Files of a workspace: learnt once, kept over a restart, read again where they changed or what was kept is damaged.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Experience, keepIn, recallFrom } from '../../../src/engine/experience.ts';
import { readKept, writeKept } from '../../../src/engine/keptFile.ts';
import { Speculation } from '../../../src/engine/speculation.ts';
import { learnWorkspace } from '../../../src/engine/workspace.ts';
import type { Tokenizer } from '../../../src/model/tokenizer.ts';
import type { EditorFile, FileQuestion } from '../../../src/protocol/messages.ts';
import { embeddedTokenizer } from '../../support/embeddedTokenizer.ts';
import { openGate } from '../../support/openGate.ts';

const line = 'const total = items.reduce((sum, item) => sum + item.price, 0);';
const lines = (count: number): string => Array(count).fill(line).join('\n');

describe('the files of a workspace', () => {
  let folder: string;
  let tokenizer: Tokenizer;
  let encoded: string[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'palimpsest-workspace-'));
    const embedded = await embeddedTokenizer();
    encoded = [];
    tokenizer = {
      ...embedded,
      encode: (text) => {
        encoded.push(text);
        return embedded.encode(text);
      },
    };
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function put(name: string, text: string): Promise<string> {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    return pathToFileURL(path).href;
  }

  const keptPath = (): string => join(folder, 'storage', 'words.tokens');

  /** Learns as after a start; says what was learnt, and how many lines were tokenised for it. */
  async function start(uris: readonly string[], wants = async () => true) {
    const speculation = new Speculation(tokenizer, 49152);
    encoded.length = 0;
    const kept = { path: keptPath(), version: '1' };
    const count = await learnWorkspace(uris, { speculation, tokenizer, kept, turn: wants });
    return { speculation, count, lines: encoded.length };
  }

  /** What is proposed behind `text`. */
  async function proposed(speculation: Speculation, text: string): Promise<string> {
    const embedded = await embeddedTokenizer();
    const context = embedded.encode(text);
    const proposals = speculation.propose({ context, forced: '', most: 15, gate: openGate });
    const bytes = proposals.flatMap(({ token }) => [...embedded.vocabulary.bytesOf(token)]);
    return new TextDecoder().decode(Uint8Array.from(bytes));
  }

  it('are what is proposed from', async () => {
    const { speculation, count } = await start([await put('src/a.ts', lines(3))]);
    assert.equal(count, 1);
    const text = await proposed(speculation, 'const total = items.reduce((sum');
    assert.ok(text.startsWith(', item)'), text);
  });

  it('are not read again after a restart, unless they have changed', async () => {
    const uris = [await put('a.ts', line), await put('b.ts', lines(4)), await put('c.ts', line)];
    assert.equal((await start(uris)).lines, 6);
    assert.equal((await start(uris)).lines, 0);
    await put('b.ts', `${line}\nlet other = 1;`);
    await utimes(join(folder, 'b.ts'), 1, 1);
    const changed = await start(uris);
    assert.deepEqual([changed.count, changed.lines], [3, 2]);
    assert.equal((await start(uris)).lines, 0);
    await rm(join(folder, 'a.ts'));
    assert.deepEqual(await start(uris).then(({ count, lines }) => [count, lines]), [2, 0]);
  });

  it('are read again, without a word, where what was kept is damaged or cut', async () => {
    const uris = [await put('a.ts', lines(4))];
    await start(uris);
    const whole = await readFile(keptPath());
    const damaged = Buffer.from(whole);
    damaged[damaged.length >> 1]! ^= 1;
    for (const bytes of [damaged, whole.subarray(0, 20), whole.subarray(0, -5), Buffer.alloc(0)]) {
      await writeFile(keptPath(), bytes);
      assert.deepEqual(await start(uris).then(({ count, lines }) => [count, lines]), [1, 4]);
      assert.equal((await start(uris)).lines, 0);
    }
  });

  it('are learnt where nothing can be kept', async () => {
    await put('storage', 'in the way of the folder');
    const uris = [await put('a.ts', line)];
    for (let again = 0; again < 2; again++)
      assert.deepEqual(await start(uris).then(({ count, lines }) => [count, lines]), [1, 1]);
  });

  it('are passed over where they are gone, binary, not written by hand, or elsewhere', async () => {
    const uris = [
      pathToFileURL(join(folder, 'gone.ts')).href,
      await put('binary.ts', `${line}\0`),
      await put('long.ts', 'x'.repeat(300_000)),
      await put('minified.js', 'a=1;'.repeat(1000)),
      pathToFileURL(folder).href,
      'vscode-vfs://host/a.ts',
      await put('good.ts', line),
    ];
    assert.equal((await start(uris)).count, 1);
  });

  it('are asked of the editor where they are elsewhere, and not again unless they have changed', async () => {
    const uris = ['vscode-vfs://host/a.ts', 'vscode-vfs://host/gone.ts', await put('here.ts', line)];
    let changedMs = 1;
    const asked: string[] = [];
    const elsewhere = async (question: FileQuestion): Promise<EditorFile | null> => {
      asked.push(question.uri);
      if (!question.uri.endsWith('a.ts')) return null;
      const file = { size: 7, changedMs };
      return question.known?.changedMs === changedMs ? file : { ...file, text: lines(3) };
    };
    const learn = async (): Promise<readonly number[]> => {
      const speculation = new Speculation(tokenizer, 49152);
      encoded.length = 0;
      const kept = { path: keptPath(), version: '1' };
      const turn = async (): Promise<boolean> => true;
      return [await learnWorkspace(uris, { speculation, tokenizer, kept, turn, elsewhere }), encoded.length];
    };
    assert.deepEqual(await learn(), [2, 4]);
    assert.deepEqual(asked, uris.slice(0, 2));
    assert.deepEqual(await learn(), [2, 0]);
    changedMs = 2;
    assert.deepEqual(await learn(), [2, 3]);
  });

  it('are learnt as far as there is room, the first of the list', async () => {
    const uris = [await put('a.ts', line), await put('b.ts', line), await put('c.ts', line)];
    const long = Array.from({ length: 400_000 }, (_, i) => i % 1000);
    tokenizer = { ...tokenizer, encode: () => long };
    const { speculation, count } = await start(uris);
    assert.equal(count, 2);
    assert.deepEqual(
      uris.map((uri) => speculation.workspace.has(uri)),
      [true, true, false],
    );
  });

  it('give way to the document that is open, and are no longer learnt when nobody wants them', async () => {
    const uri = await put('a.ts', line);
    const { speculation } = await start([uri]);
    assert.equal(speculation.workspace.has(uri), true);
    await speculation.learnDocument({ key: uri, before: 'let other', after: '' });
    assert.equal(speculation.workspace.has(uri), false);
    speculation.learnFile(uri, [1, 2, 3]);
    assert.equal(speculation.workspace.has(uri), false);
    assert.equal((await start([uri], async () => false)).count, 0);
    assert.equal((await start([uri])).lines, 0, 'what was kept is kept');
  });

  it('are kept for their user alone', async () => {
    await start([await put('a.ts', line)]);
    if (process.platform !== 'win32') assert.equal((await stat(keptPath())).mode & 0o077, 0);
  });
});

describe('what is kept in a file', () => {
  it('is found under its own version alone', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'palimpsest-kept-'));
    const file = { path: join(folder, 'deep', 'value'), version: '1' };
    const value = new Map([['a', Int32Array.of(1, 2)]]);
    assert.equal(await readKept(file), undefined);
    assert.equal(await writeKept(file, value), true);
    assert.deepEqual(await readKept(file), value);
    assert.equal(await readKept({ ...file, version: '2' }), undefined);
    await rm(folder, { recursive: true });
  });

  it('brings back what passes cost and which guesses came true', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'palimpsest-experience-'));
    const tokenizer = await embeddedTokenizer();
    const experience = (version: string): Experience =>
      new Experience({
        keepCosts: () => keepIn({ path: join(folder, 'costs'), version }, learnt.cost.memory),
        workspace: join(folder, 'workspace'),
        version,
      });
    const recall = async (version: string, speculation: Speculation): Promise<void> => {
      await recallFrom({ path: join(folder, 'costs'), version }, speculation.cost.memory);
      await experience(version).recall(speculation);
    };
    const fresh = (): Speculation => new Speculation(tokenizer, 49152);
    const learnt = fresh();
    for (const [rows, ms] of [
      [1, 10],
      [2, 11],
      [8, 20],
    ] as const)
      learnt.cost.learn(rows, ms);
    const logits = { topIds: Int32Array.of(7), topLogits: Float32Array.of(0), logSumExp: Float32Array.of(0) };
    learnt.learnPass([5, 6], [], [logits]);
    await experience('1').keep(learnt);
    const place = { context: [5, 6], forced: '', most: 4, gate: openGate };

    const again = fresh();
    await recall('1', again);
    assert.equal(again.cost.of(8), learnt.cost.of(8));
    assert.equal(again.propose(place)[0]?.token, 7);

    const other = fresh();
    await recall('2', other);
    assert.equal(other.cost.isKnown, false);
    assert.deepEqual(other.propose(place), []);
    await rm(folder, { recursive: true });
  });
});
