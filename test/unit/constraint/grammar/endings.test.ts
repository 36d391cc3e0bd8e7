// Where a completion may end: where the text after the cursor can follow.
import assert from 'node:assert/strict';
import { type Endings, endingsAt } from '../../../../src/constraint/grammar/endings.ts';
import type { ParserState } from '../../../../src/constraint/grammar/parserState.ts';
import type { Recogniser } from '../../../../src/constraint/grammar/recogniser.ts';
import { SuffixCheck } from '../../../../src/constraint/grammar/suffix.ts';
import { cut } from '../../../support/check.ts';
import { sourceLanguages, sourcesOf } from '../../../support/grammarSources.ts';
import { subjectFor } from '../../../support/grammarText.ts';
import { seededRandom } from '../../../support/random.ts';

interface Here {
  readonly recogniser: Recogniser;
  readonly cursor: ParserState;
  readonly endings: Endings;
}

const stateAt = (recogniser: Recogniser, text: string): ParserState =>
  recogniser.feed(recogniser.initial, text) ?? assert.fail(text);

/** The endings at the ‸ of a file; of a part of one with `isWhole` false. */
async function at(language: string, source: string, isWhole = true): Promise<Here> {
  const { recogniser } = await subjectFor(language);
  const { prefix, suffix } = cut(source);
  const lineStart = stateAt(recogniser, prefix.slice(0, prefix.lastIndexOf('\n') + 1));
  const cursor = stateAt(recogniser, prefix);
  return {
    recogniser,
    cursor,
    endings: endingsAt(recogniser, { lineStart, cursor, suffix: { text: suffix, isWhole } }),
  };
}

/** Whether a completion may be `text` in place of `replaces` units after the cursor; undefined where nothing is known. */
function mayBe({ recogniser, cursor, endings }: Here, text: string, replaces = 0): boolean | undefined {
  const state = recogniser.feed(cursor, text);
  return state === undefined ? false : endings.mayEnd?.(state, replaces);
}

/** `source` may be completed with each of `texts`, and with none of `others`. */
async function takes(language: string, source: string, texts: string[], others: string[]): Promise<void> {
  const here = await at(language, source);
  assert.ok(here.endings.mayEnd !== undefined, source);
  for (const text of texts) assert.equal(mayBe(here, text), true, `${source} with ${text}`);
  for (const text of others) assert.equal(mayBe(here, text), false, `${source} with ${text}`);
}

describe('the endings of a completion', () => {
  it('are where the rest of the line can follow', async () => {
    await takes('typescript', 'f(‸);\n', ['', 'a', 'a, b', 'g(a)', '[a]'], ['a, b);', '(a', 'g(a', '[a', 'a;', 'a + ']);
    await takes('typescript', 'const a = ‸ * 1;\n', ['b', 'f(b)', '(b)'], ['', 'f(b', 'b;\n']);
    await takes('typescript', 'if (‸) {\n  b();\n}\n', ['a', 'a && c'], ['', 'a)', 'a) {']);
    await takes('typescript', 'const a = [b, ‸];\n', ['', 'c', '...c'], ['c]', '[c', 'c d']);
    await takes('typescript', 'a("‸");\n', ['', 'b', "it's", '\\"'], ['"', 'b"', '\\']);
    await takes('typescript', 'const a = `b $\u007b‸}`;\n', ['c', 'f(`$\u007bc}`)'], ['', 'c`', 'f(c']);
    await takes('typescriptreact', 'const a = <b>‸</b>;\n', ['', 'text', '{c}', '<c/> text'], ['<c>', '{c', '</b>']);
    await takes('html', '<p>‸</p>\n', ['', 'text', '<b>c</b>'], ['<b', '<!--']);
    await takes('python', 'x = f(‸)\n', ['', 'a', 'a, b=1', '[a]'], ['a)', 'a b', '[a']);
    await takes('json', '{"a": ‸}\n', ['1', '[]', '"b"', '1, "c": 2'], ['', '[', '"b', '1,', '{"b": 1']);
  });

  it('are where the lines below can follow', async () => {
    await takes(
      'typescript',
      'function f() {\n  ‸\n}\n',
      ['', 'return 1;', 'if (a) { b(); }'],
      ['if (a) {', 'f(', 'return [', '}'],
    );
    await takes(
      'typescript',
      'const a = {\n  b: ‸\n};\n',
      ['1', '1,', '{ c: 1 }', '() => { d(); }'],
      ['', '{', '1;', '{ c: 1'],
    );
    await takes('typescript', 'class A {\n  ‸\n}\n', ['', 'b = 1;', 'b() {}'], ['b() {', 'b = [']);
    await takes('typescript', 'a = b\n  .map((c) => ‸)\n  .d();\n', ['c', '({ c })', '{ c(); }'], ['', 'c)', '{ c();']);
    await takes(
      'python',
      'def f(a):\n    if a:\n        ‸\n    return 1\n',
      ['return 2', 'b()'],
      ['b(', 'return [', '"""b'],
    );
    await takes('python', 'a = [\n    1,\n    ‸\n]\n', ['', '2', '2,', '(2)'], ['(2', '2]', '2 3']);
    await takes('rust', 'fn f() {\n    let a = ‸;\n}\n', ['1', 'g(1)', '{ 1 }'], ['', 'g(1', '{ 1']);
  });

  it('are where the file can end', async () => {
    await takes('typescript', 'const a = ‸', ['1', 'f(1);', '`$\u007bb}`'], ['', 'f(', '`b', 'b +', '/* b', '"b']);
    await takes('typescript', 'f‸', ['', '();', '(a)'], ['(', '(a', '.', ' =']);
    await takes('python', 'def f(a):‸\n', ['', ' pass', '\n    return a'], ['\n    return (', ' x = ', '\n    """a']);
    const cutOff = await at('typescript', 'function f() {\n  a(‸);\n  b();\n', false);
    assert.equal(mayBe(cutOff, 'c'), true);
    assert.equal(mayBe(cutOff, 'c('), false);
    assert.equal((await at('typescript', 'const a = ‸', false)).endings.mayEnd !== undefined, true);
  });

  it('are not in a comment that would take in the rest of the line', async () => {
    await takes('typescript', 'const a = b‸ + c;\n', ['', '.d'], [' // d', ' /* d']);
    await takes('python', 'a = b‸ + c\n', ['', '.d'], [' # d']);
    await takes('typescript', 'a();‸\nb();\n', [' // c', ' /* c */', '\n// c'], [' /* c']);
  });

  it('count what of the text after the cursor the completion replaces', async () => {
    const call = await at('typescript', 'print(‸)\n');
    assert.equal(mayBe(call, 'a, b);', 1), true);
    assert.equal(mayBe(call, 'a, b);', 0), false);
    assert.equal(mayBe(call, 'a, b', 0), true);
    assert.equal(mayBe(call, 'a, b', 1), false);
    const nested = await at('typescript', 'print(a[‸])\n');
    assert.equal(mayBe(nested, '0], b', 1), true);
    assert.equal(mayBe(nested, '0]);', 2), true);
    assert.equal(mayBe(nested, '0]);', 1), false);
  });

  it('do not mind closers that lines before miss', async () => {
    // the function and the call around the cursor are not closed yet
    await takes('typescript', 'function f() {\n  a(‸\n', ['b)', 'b);', 'g(b))'], ['b', 'g(b', '[b)']);
    await takes('typescript', 'function f() {\n  if (a) {\n    b(‸);\n', ['c', 'c, d'], ['c(', 'c);']);
    await takes(
      'typescript',
      'function f() {\n  return a‸\n\nfunction g() {\n  h();\n}\n',
      ['', ';', '(1)'],
      ['(1', '[', ' +'],
    );
    await takes('typescript', 'class A {\n  b() {\n    c(‸)\n\n  d() {\n  }\n}\n', ['', 'e'], ['e(', 'e)']);
  });

  it('tell whether they look at the file to its end', async () => {
    const isWhole = async (source: string, toItsEnd = true): Promise<boolean> =>
      (await at('typescript', source, toItsEnd)).endings.isWhole;
    assert.equal(await isWhole('f(‸);\na();\n'), true);
    assert.equal(await isWhole(`f(‸);\n${'a();\n'.repeat(100)}`), true);
    assert.equal(await isWhole('f(‸);\na();\n', false), false);
    assert.equal(await isWhole(`f(‸);\n${'a();\n'.repeat(100)}f(]\n`), false);
    assert.equal(await isWhole('{\n  f(‸);\n'), false);
  });

  it('tell whether the file would be whole without the line', async () => {
    const isWhole = async (language: string, source: string): Promise<boolean> =>
      (await at(language, source)).endings.wholeWithoutLine;
    assert.equal(await isWhole('typescript', 'a();\nfunction f() {‸\nb();\n'), true);
    assert.equal(await isWhole('typescript', 'a();\nif (b) {‸}\nc();\n'), true);
    assert.equal(await isWhole('typescript', 'a();\nfunction f() {‸\n  b();\n}\n'), false);
    assert.equal(await isWhole('typescript', 'function f() {\n  a(‸\n'), false);
    assert.equal(await isWhole('typescript', 'if (a) {‸ b();\n'), false);
    assert.equal(await isWhole('python', 'def f():\n    if a:‸\n    return b\n'), true);
  });

  it('are not known where no completion leads to what follows', async () => {
    for (const source of ['const a = ‸;\n}\n)\n', 'f(‸\n] ] ]\n', 'a‸\nlet let b ] c\n'])
      assert.equal((await at('typescript', source)).endings.mayEnd, undefined, source);
    assert.equal((await at('json', '[‸ : 1]\n')).endings.mayEnd, undefined);
    assert.equal((await at('python', 'x = ‸\n) ] )\n')).endings.mayEnd, undefined);
  });

  it('are known in the middle of a word, a string, a head, a list of parameters, a comment', async () => {
    const places: Record<string, string[]> = {
      typescript: [
        ...[
          'con‸',
          'import { a‸ } from "b";',
          "import { a } from '‸';",
          'function f(a: ‸) {}',
          'class ‸ {}',
          'export { a‸',
        ],
        ...[
          'const {‸',
          'let a: ‸',
          'enum A {\n ‸\n}',
          'try {\n  a();\n} ‸',
          'if (a) {\n} el‸',
          'switch (a) {\n  case ‸\n}',
        ],
        ...[
          'a ? b‸',
          'const a = (b, c) ‸',
          'class A {\n  private ‸\n}',
          '@‸\nclass A {}',
          'a?.‸',
          'a[‸',
          '`a‸',
          '/* a‸',
          'f<‸',
        ],
      ],
      typescriptreact: ['a = <b>‸</b>', 'a = <b>{‸}</b>'],
      python: [
        ...[
          'def ‸(a):\n    pass',
          'try:\n    a\nexc‸',
          'for a in ‸',
          'with a as ‸',
          'lambda ‸',
          'def f(a) -> ‸',
          'def f(‸',
          'class ‸',
        ],
        ...[
          'match a:\n    case ‸',
          'raise A ‸',
          'from a import (‸',
          'x = {a: ‸',
          'f(a=‸)',
          '@a\ndef ‸',
          '# a‸',
          'if a:\n    b\nel‸',
        ],
      ],
      json: ['‸', '{‸', '{"a‸', '{"a": ‸', '{"a": 1, ‸}', '[1, ‸', '{"a": {‸\n}'],
      go: ['package ‸', 'package a\nfunc f() {\n\tif ‸\n}', 'package a\ntype A ‸', 'package a\nimport ‸'],
    };
    for (const [language, sources] of Object.entries(places))
      for (const source of sources)
        assert.ok((await at(language, `${source}\n`)).endings.mayEnd !== undefined, `${language}: ${source}`);
  });
});

describe('what a real file has at a place', () => {
  for (const language of sourceLanguages)
    it(`may be completed there, in ${language}`, async () => {
      const { recogniser } = await subjectFor(language);
      const random = seededRandom(5);
      let known = 0;
      for (const source of sourcesOf(language))
        for (let i = 0; i < 12; i++) {
          const start = random.below(source.length);
          // to the end of its line, or to somewhere in it
          const lineBreak = source.indexOf('\n', start);
          const lineEnd = lineBreak < 0 ? source.length : lineBreak;
          const end = i % 2 === 0 ? lineEnd : start + random.below(lineEnd - start + 1);
          const hole = source.slice(start, end);
          const here = await at(language, `${source.slice(0, start)}‸${source.slice(end)}`);
          assert.ok(recogniser.feed(here.cursor, hole, true) !== undefined, `${hole} after ${source.slice(0, start)}`);
          if (here.endings.mayEnd !== undefined) known++;
          // what goes on over lines is not left open, though the file goes on with it
          if (recogniser.spansLines(stateAt(recogniser, source.slice(0, end)))) continue;
          assert.notEqual(mayBe(here, hole), false, `${hole} after ${source.slice(0, start)}`);
        }
      assert.ok(known > 0);
    });
});

describe('the check of a suffix', () => {
  const checkOf = async (text: string, { isWhole = true, lineLimit = 40, budgetLines = 1000 } = {}) => {
    const { recogniser } = await subjectFor('typescript');
    const check = new SuffixCheck(recogniser, { text, isWhole }, lineLimit, budgetLines);
    return (prefix: string): boolean => check.follows(stateAt(recogniser, prefix));
  };

  it('says of every state whether the suffix can follow, however often it is asked', async () => {
    const suffix = `);\n  return 1;\n}\n${'a();\n'.repeat(10)}`;
    const follows = await checkOf(suffix);
    const prefixes = [
      'function f() { g(',
      'function f() { g(1',
      'function f() { g([',
      '{ if (a',
      'function f() { { g(',
      'g(',
    ];
    for (let times = 0; times < 3; times++)
      assert.deepEqual(prefixes.map(follows), [true, true, false, true, false, false]);
  });

  it('looks no further than it may, and at no end that is not given', async () => {
    const far = `1);\n${'a();\n'.repeat(60)}]`;
    assert.equal((await checkOf(far))('f('), true);
    assert.equal((await checkOf(far, { lineLimit: 100 }))('f('), false);
    assert.equal((await checkOf('1,\n'))('f('), false);
    assert.equal((await checkOf('1,\n', { isWhole: false }))('f('), true);
    assert.equal((await checkOf(''))('f('), false);
    assert.equal((await checkOf('', { isWhole: false }))('f('), true);
    assert.equal((await checkOf(''))('f()'), true);
  });

  it('spends no more than it may, and nothing on what it knows', async () => {
    const suffix = `1);\n${'a();\n'.repeat(20)}`;
    const follows = await checkOf(suffix, { budgetLines: 30 });
    assert.equal(follows('f('), true);
    // from the second line on all is known
    assert.equal(follows('f(2, '), true);
    assert.equal(follows('f(3, '), true);
    assert.equal(follows('{ f('), false);
    assert.equal((await checkOf(suffix, { budgetLines: 20 }))('f('), false);
  });
});
