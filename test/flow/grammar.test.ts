// The grammar constraint on the embedded model: what the model breaks when it is left to itself stays whole, and the command line
// says why.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../support/built.ts';
import { cut } from '../support/check.ts';
import { syntaxErrors } from '../support/syntaxErrors.ts';
import { type UnrulyPlace, unrulyPlaces } from '../support/unruly.ts';

const places = Object.entries<UnrulyPlace>(unrulyPlaces);

interface Completed {
  readonly text: string;
  /** In the document with the completion. */
  readonly errors: number;
}

/** What is proposed at each of the places, by name. */
async function completeAll(grammar: 'on' | 'off'): Promise<Readonly<Record<string, Completed>>> {
  const items = places.map(([id, { path, source }]) => JSON.stringify({ id, path, ...cut(source), maxTokens: 64 }));
  const { stdout, stderr } = await runCli(['batch', '--grammar', grammar], items.join('\n'));
  assert.equal(stderr, '');
  const answers = stdout.trim().split('\n');
  const completed = answers.map(async (line): Promise<readonly [string, Completed]> => {
    const { id, drafts } = JSON.parse(line);
    const { language, source } = unrulyPlaces[id as keyof typeof unrulyPlaces];
    const { prefix, suffix } = cut(source);
    const { text, replaces } = drafts[0] ?? { text: '', replaces: 0 };
    return [id, { text, errors: await syntaxErrors(language, prefix + text + suffix.slice(replaces)) }];
  });
  return Object.fromEntries(await Promise.all(completed));
}

describe('the grammar', function () {
  this.timeout(120_000);

  it('keeps whole what the model alone breaks', async () => {
    const free = await completeAll('off');
    const held = await completeAll('on');
    for (const [name] of places) {
      assert.notEqual(free[name]!.errors, 0, `${name}: ${free[name]!.text}`);
      assert.equal(held[name]!.errors, 0, `${name}: ${held[name]!.text}`);
      assert.notEqual(held[name]!.text.trim(), '', name);
    }
  });

  describe('at a place of a file', () => {
    let folder: string;
    let palette: string;
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'palimpsest-grammar-'));
      const { prefix, suffix } = cut(unrulyPlaces.doubledComma.source);
      await writeFile(join(folder, 'palette.json'), prefix + suffix);
      palette = `palette.json:${prefix.split('\n').length}:${prefix.length - prefix.lastIndexOf('\n')}`;
      await writeFile(join(folder, 'broken.ts'), 'function f() {\n  return (a + ];\n  const b = \n');
      await writeFile(join(folder, 'notes.txt'), 'one two\n');
    });
    after(() => rm(folder, { recursive: true, force: true }));

    async function grammarAt(place: string, ...flags: readonly string[]): Promise<string> {
      const { code, stdout, stderr } = await runCli(['grammar', join(folder, place), ...flags]);
      assert.equal(code, 0, stderr);
      return stdout;
    }

    it('tells how the text is read, what can follow, and why the rest cannot', async () => {
      const said = await grammarAt(palette);
      assert.match(said, /^language +json$/m);
      assert.match(said, /^coverage +whole/m);
      assert.match(said, /^read +state \d+, between tokens$/m);
      assert.match(said, /^can follow +\d+: number, .*"\{"/m);
      assert.match(said, /^may end +not here/m);
      assert.match(said, /^ +\d+\.\d % +" true" +legal$/m);
      assert.match(said, /" True" +not legal: "T" cannot stand behind " ", where number, true, /);
    });

    it('tells it as JSON', async () => {
      const report = JSON.parse(await grammarAt(palette, '--json'));
      assert.equal(report.coverage, 'whole');
      assert.equal(report.suffixFollows, false);
      assert.ok(report.parser.next.some(({ name }: { name: string }) => name === 'number'));
      assert.equal(report.tokens.length, 10);
      for (const { legal, reason } of report.tokens) assert.equal(legal, reason === undefined);
    });

    it('tells where little or nothing is known', async () => {
      assert.match(await grammarAt('broken.ts:3:13'), /^coverage +(soft|anchored)/m);
      assert.match(await grammarAt('notes.txt:1:5'), /^coverage +none: there is no grammar for this language/m);
    });

    it('refuses what is no place', async () => {
      const { code, stderr } = await runCli(['grammar']);
      assert.equal(code, 2);
      assert.match(stderr, /grammar takes one FILE:LINE:COL/);
    });
  });
});
