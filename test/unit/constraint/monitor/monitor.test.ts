// What the monitor sees and forbids, wherever the tokens of a text begin and end.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { NameSites } from '../../../../src/constraint/grammar/nameSites.ts';
import { DocumentMembers } from '../../../../src/constraint/monitor/documentMembers.ts';
import { Facts } from '../../../../src/constraint/monitor/facts.ts';
import { type Monitor, monitorAt } from '../../../../src/constraint/monitor/monitor.ts';
import { TokenTexts } from '../../../../src/constraint/tokenTexts.ts';
import { embeddedTokenizer } from '../../../support/embeddedTokenizer.ts';
import { subjectFor } from '../../../support/grammarText.ts';
import { type NamesTable, type ScriptedOracle, scriptedOracle, somewhere } from '../../../support/scriptedOracle.ts';
import { tokenCutter } from '../../../support/tokenCuts.ts';
import { memberOffsets } from '../../../support/typescriptMembers.ts';

const { vocabulary } = await embeddedTokenizer();
const texts = new TokenTexts(vocabulary);
const cutTokens = tokenCutter(vocabulary);

interface Watched {
  readonly monitor: Monitor;
  readonly oracle: ScriptedOracle;
  readonly facts: Facts;
}

/** The monitor at the start of a file of `language`, before the cursor `typed`, and after it `after`. */
async function watched(names: NamesTable, language = 'typescript', typed = '', after = ''): Promise<Watched> {
  const oracle = scriptedOracle({ names });
  const { recogniser } = await subjectFor(language);
  const about = { document: somewhere, language, start: '', cursor: typed.length, after, isWhole: true };
  const facts = new Facts(oracle, about, new AbortController().signal);
  const members = new DocumentMembers('', after);
  const rules = { recogniser, sites: new NameSites(recogniser), texts, facts, before: '', after, typed, members };
  return { monitor: monitorAt(rules, recogniser.initial), oracle, facts };
}

/** Where a text is forbidden, token by token with all answers there: the token's number; undefined where it is allowed. */
async function forbiddenAt(
  names: NamesTable,
  tokens: readonly number[],
  language?: string,
): Promise<number | undefined> {
  const start = await watched(names, language);
  const { facts } = start;
  let { monitor } = start;
  for (const [i, token] of tokens.entries()) {
    const said = texts.join(tokens.slice(0, i + 1));
    // what a token crosses into is known when it is looked at again
    monitor.advance(token, said);
    await facts.next(0);
    const text = texts.of(token);
    if (text !== undefined && !monitor.allows(text)) return i;
    monitor = monitor.advance(token, said);
    await facts.next(0);
  }
  return monitor.mayEndWith('', 0) ? undefined : tokens.length;
}

const lengths = fc.array(fc.nat(15), { minLength: 1, maxLength: 12 });
const cut = (text: string, choices: readonly number[]): number[] => {
  let turn = 0;
  return cutTokens(text, (count) => choices[turn++ % choices.length]! % count);
};

describe('a monitor of names', () => {
  const names: NamesTable = {
    'shape.': ['area', 'kind', '#own'],
    'shape?.': ['area'],
    'kind.': ['trim'],
    'new ': ['Map'],
  };

  it('sees every member of real sources, wherever their tokens begin', async function () {
    this.timeout(120_000);
    const folder = join(import.meta.dirname, '../../../../src');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    let turn = 1;
    const random = (count: number): number => {
      turn = (turn * 48271) % 2147483647;
      return turn % count;
    };
    for (const name of files.filter((_, i) => i % 4 === 0)) {
      const text = readFileSync(join(folder, name), 'utf8');
      const { monitor, oracle } = await watched({});
      let at = monitor;
      let said = '';
      const decoder = vocabulary.decoder();
      for (const token of cutTokens(text, random)) {
        said += decoder.push(token);
        at = at.advance(token, said);
      }
      const seen = new Set(oracle.places.map(({ before }) => before.length));
      const missed = [...memberOffsets(name, text)].filter((offset) => !seen.has(offset));
      assert.deepEqual(
        missed.map((offset) => text.slice(offset - 20, offset + 10)),
        [],
        name,
      );
    }
  });

  it('lets a text pass whose names are there, however it is cut', () =>
    fc.assert(
      fc.asyncProperty(lengths, async (choices) => {
        const text = 'const a = shape.area + shape?.area(shape.kind.trim()) + shape.#own; // shape.width\n';
        assert.equal(await forbiddenAt(names, cut(text, choices)), undefined);
      }),
      { numRuns: 40 },
    ));

  for (const text of [
    'a(shape.areas, 1)',
    'a(shape.are)',
    'b(shape.kind.size)',
    'new Square()',
    'shape?.kind',
    'shape.#other()',
  ])
    it(`does not let pass: ${text}`, () =>
      fc.assert(
        fc.asyncProperty(lengths, async (choices) => {
          assert.notEqual(await forbiddenAt(names, cut(text, choices)), undefined);
        }),
        { numRuns: 25 },
      ));

  it('asks about names behind blanks, comments and line breaks, and not about what only looks like them', async () => {
    const places = async (text: string, language?: string): Promise<readonly string[]> => {
      const { oracle } = await watched({}, language, text);
      return oracle.places.map(({ before }) => text.slice(before.length, before.length + 3));
    };
    assert.deepEqual(await places('a\n  .map(b)\n  . /* c. */ one();\n'), ['map', 'one']);
    assert.deepEqual(await places(`const a = \`\${b.one}\` + "b.two" + 1. + 1.5; // b.ten\n`), ['one']);
    assert.deepEqual(await places('let a: N.Type = new N.Two(new Six());\n'), ['Typ', 'N.T', 'Two', 'Six']);
    assert.deepEqual(await places("import d, { one, type Two as three } from 'x';\n"), ['one', 'typ', 'Two']);
    assert.deepEqual(
      await places('from os import (one,\n  two)\nfrom a.b import six\nprint(os.one, f"{os.two}")\n', 'python'),
      ['one', 'two', 'b i', 'six', 'one', 'two'],
    );
    assert.deepEqual(await places('fn f() -> Size { a.one(A::two) }', 'rust'), ['one', 'two']);
  });

  it('takes what stands behind the cursor for the rest of a name', async () => {
    const { monitor, facts } = await watched({ 'shape.': ['area'] }, 'typescript', 'shape.', 'ea();\n');
    await facts.next(0);
    assert.equal(monitor.mayEndWith('shape.ar', 0), true);
    assert.equal(monitor.mayEndWith('shape.are', 0), false);
    assert.equal(monitor.mayEndWith('shape.area', 2), true);
  });

  it('says what a wrong name is led in by', async () => {
    const { monitor, facts } = await watched({ 'shape.': ['area'] }, 'typescript', 'shape.');
    await facts.next(0);
    assert.equal(monitor.lead('shape.width'), 'shape.');
    assert.equal(monitor.lead('shape.area'), 'shape.area');
  });

  it('lets any name pass that begins as none does and is typed already', async () => {
    const { monitor, facts } = await watched({ 'shape.': ['area'] }, 'typescript', 'shape.wi');
    await facts.next(0);
    assert.equal(monitor.allows('shape.width'), true);
    assert.equal(monitor.allows('shape.width + shape.'), true);
    const known = await watched({ 'shape.': ['area'] }, 'typescript', 'shape.ar');
    await known.facts.next(0);
    assert.equal(known.monitor.allows('shape.area'), true);
    assert.equal(known.monitor.allows('shape.are'), true);
    assert.equal(known.monitor.allows('shape.arm'), false);
  });

  it('lets private members of Python pass that the document uses', async () => {
    const after = '\nother._hidden\n_function()\nother.__name__\n';
    const { monitor, facts } = await watched({ 'shape.': ['area'] }, 'python', 'shape.', after);
    await facts.next(0);
    assert.equal(monitor.allows('shape._hid'), true);
    assert.equal(monitor.allows('shape._hidden('), true);
    assert.equal(monitor.allows('shape._hid('), false);
    assert.equal(monitor.allows('shape._private'), false);
    assert.equal(monitor.allows('shape._function('), false);
    assert.equal(monitor.allows('shape.__name__'), false);
  });

  it('knows nothing of a damaged text', async () => {
    const { monitor } = await watched(names);
    const [token] = cutTokens(']', () => 0);
    const lost = monitor.advance(token!, ']');
    assert.equal(lost.allows(' shape.width'), true);
    assert.equal(lost.name, undefined);
  });
});
