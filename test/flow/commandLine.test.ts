// The command line as users and scripts meet it: answers on the embedded model, one clear line and exit code 2 otherwise.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../support/built.ts';
import { tinyConfig, tinyModel, writeTinyGguf } from '../support/tinyModel.ts';

describe('the command line', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'palimpsest-cli-'));
    await writeFile(join(folder, 'sum.ts'), 'function sum(left: number, right: number): number {\n  return \n}\n');
    await writeFile(join(folder, 'damaged.gguf'), 'GGUF but not really');
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** Runs it where it must refuse: exit code 2, nothing on standard output, one line that matches. */
  async function refuses(words: readonly string[], line: RegExp, input?: string): Promise<void> {
    const { code, stdout, stderr } = await runCli(words, input);
    assert.equal(code, 2, stderr);
    assert.equal(stdout, '');
    assert.match(stderr, line);
    assert.equal(stderr.trimEnd().split('\n').length, 1, stderr);
  }

  it('completes at a place of a file', async () => {
    const { code, stdout, stderr } = await runCli(['complete', `${join(folder, 'sum.ts')}:2:10`]);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^left \+ right;?\n$/);
  });

  it('tells all it knows as JSON', async () => {
    const { stdout } = await runCli(['complete', `${join(folder, 'sum.ts')}:2:10`, '--json', '--max-tokens', '2']);
    const outcome = JSON.parse(stdout);
    assert.equal(outcome.outcome, 'done');
    assert.equal(outcome.counters.emitted, 2);
    assert.ok(outcome.drafts[0].logProb < 0);
  });

  it('gives several drafts where they are asked for, each with its probability and what speaks for it', async () => {
    const { stdout } = await runCli(['complete', `${join(folder, 'sum.ts')}:2:10`, '--drafts', '3']);
    assert.match(stdout, /^── 1 · \d+ % · syntax\nleft \+ right;?\n── 2 · \d+ % · syntax\n.+\n/);
  });

  it('draws the text of a seed', async () => {
    const draw = async (seed: string): Promise<string> => {
      const words = ['complete', `${join(folder, 'sum.ts')}:2:3`, '--temperature', '1.5', '--seed', seed];
      return (await runCli(words)).stdout;
    };
    const [first, again, other] = [await draw('1'), await draw('1'), await draw('2')];
    assert.equal(again, first);
    assert.notEqual(other, first);
  });

  it('shows the samples with their ghost text', async () => {
    const { code, stdout } = await runCli(['show']);
    assert.equal(code, 0);
    assert.match(stdout, /samples\/inventory\.ts:\d+:\d+/);
    assert.match(stdout, /⟦.+⟧/);
    assert.match(stdout, /palimpsest-135m on cpu/);
  });

  it('says what the model is', async () => {
    const { stdout } = await runCli(['model', 'info']);
    assert.match(stdout, /^name +palimpsest-135m$/m);
    assert.match(stdout, /^layout +suffixFirst$/m);
  });

  it('writes a trace that Chrome reads', async () => {
    const file = join(folder, 'trace.json');
    await runCli(['complete', `${join(folder, 'sum.ts')}:2:10`, '--trace', file]);
    const { traceEvents } = JSON.parse(await readFile(file, 'utf8'));
    assert.ok(traceEvents.some((event: { name: string }) => event.name === 'prefill'));
  });

  it('says how a completion came to be: times, and which proposals came true', async () => {
    const body = '\n  const width = box.right - box.left;\n  return width * scale;\n}\n';
    const text = `function one(box: Box, scale: number) {${body}\nfunction two(box: Box, scale: number) {\n  \n}\n`;
    await writeFile(join(folder, 'twice.ts'), text);
    const { stdout, stderr } = await runCli(['trace', `${join(folder, 'twice.ts')}:7:3`]);
    assert.match(stdout, /return/);
    assert.match(stderr, /ms prefill/);
    assert.match(stderr, /token \d+, \d+ rows for \d\.\d\d: ✓ "[^"]+" \d\.\d\d suffix/);
  });

  it('refuses what it does not know', async () => {
    await refuses(['paint'], /There is no command paint/);
    await refuses(['complete', 'x.ts', '--colour'], /--colour/);
    await refuses(['complete', 'x.ts'], /FILE:LINE:COL/);
    await refuses(['complete', `${join(folder, 'none.ts')}:1:1`], /does not exist/);
    await refuses(['complete', `${join(folder, 'sum.ts')}:99:1`], /has 4 lines/);
    await refuses(['complete', `${join(folder, 'sum.ts')}:1:999`], /no column 999/);
    await refuses(['bench', '--threads', 'many'], /--threads takes a whole number/);
    await refuses(['bench', '--device', 'abacus'], /--device takes/);
    await refuses(['batch', '--drafts', '11'], /--drafts takes 1 to 10, not 11/);
    for (const flag of ['speculate', 'superpose']) await refuses(['batch', `--${flag}`, 'maybe'], /takes on or off/);
    await refuses(['batch', '--drafts', '0'], /--drafts takes 1 to 10, not 0/);
    await refuses(['batch', '--temperature', 'hot'], /--temperature takes a number from 0 to 100, not hot/);
    await refuses(['batch', '--top-k', '5'], /--top-k does nothing without a --temperature/);
  });

  it('refuses a missing and a damaged model', async () => {
    await refuses(['model', 'info', '--model', join(folder, 'none.gguf')], /does not exist/);
    await refuses(['model', 'info', '--model', join(folder, 'damaged.gguf')], /damaged\.gguf/);
  });

  it('refuses a model that cannot fill in the middle', async () => {
    const path = join(folder, 'tiny.gguf');
    await writeTinyGguf(path, tinyModel(tinyConfig('llama')));
    const bytes = await readFile(path, 'latin1');
    await writeFile(path, bytes.replaceAll('<fim_', '<xxx_'), 'latin1');
    await refuses(['bench', '--model', path], /no fill-in-the-middle tokens that are known: choose a model/);
    await refuses(['bench', '--model', path, '--fim', '{"prefix":"<fim_prefix>"}'], /no special token "<fim_prefix>"/);
    await refuses(['bench', '--model', path, '--fim', '<xxx_prefix>'], /--fim takes JSON/);
  });

  it('completes with a model that cannot say how it fills in the middle, where it is told', async () => {
    const path = join(folder, 'told.gguf');
    await writeTinyGguf(path, tinyModel(tinyConfig('llama')));
    const bytes = await readFile(path, 'latin1');
    await writeFile(path, bytes.replaceAll('<fim_', '<xxx_'), 'latin1');
    const fim = JSON.stringify({ prefix: '<xxx_prefix>', suffix: '<xxx_suffix>' });
    const file = join(folder, 'a.ts');
    await writeFile(file, 'const a = 1;\n');
    const { code, stderr } = await runCli([
      'complete',
      `${file}:1:11`,
      '--model',
      path,
      '--fim',
      fim,
      '--grammar',
      'off',
    ]);
    assert.equal(code, 0, stderr);
  });

  it('refuses input of which no line is an item', async () => {
    const { code, stdout, stderr } = await runCli(['batch', '--grammar', 'off', '--seed', '1'], 'this is not JSON\n');
    assert.equal(code, 2);
    assert.match(JSON.parse(stdout).reason, /line 1: not JSON/);
    assert.match(stderr, /1 of 1 items failed/);
  });
});
