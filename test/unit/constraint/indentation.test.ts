import assert from 'node:assert/strict';
import { free } from '../../../src/constraint/constraint.ts';
import { type IndentationStyle, indentationOf, indentedAs } from '../../../src/constraint/indentation.ts';
import { TokenTexts } from '../../../src/constraint/tokenTexts.ts';
import { embeddedTokenizer } from '../../support/embeddedTokenizer.ts';

const tabs: IndentationStyle = { character: '\t', unit: 1 };
const two: IndentationStyle = { character: ' ', unit: 2 };
const four: IndentationStyle = { character: ' ', unit: 4 };

describe("a document's habit of indentation", () => {
  it('is what its lines have', () => {
    assert.deepEqual(indentationOf('a {\n\tb {\n\t\tc\n\t}\n}\n'), tabs);
    assert.deepEqual(indentationOf('a {\n  b {\n    c\n  }\n}\n'), two);
    assert.deepEqual(indentationOf('if a:\n    b\n    if c:\n        d\n'), four);
    assert.deepEqual(indentationOf('a(\n    b,\n        c)\nd {\n  e\n}\nf {\n  g\n}\nh {\n  i\n}\n'), two);
  });

  it('is none where lines have none, or both', () => {
    assert.equal(indentationOf(''), undefined);
    assert.equal(indentationOf('a\nb\n\n\nc'), undefined);
    assert.equal(indentationOf('a {\n\tb\n}\nc {\n  d\n}\n'), undefined);
    assert.equal(indentationOf('   \n\t\t\n'), undefined);
  });

  it('does not come from the margins of comments', () => {
    assert.deepEqual(indentationOf('/**\n * a\n * b\n * c\n */\nd {\n\te\n}\n'), tabs);
    assert.equal(indentationOf('/**\n * a\n */\n'), undefined);
  });

  it('is that near the cursor', () => {
    assert.deepEqual(indentationOf(`${'a {\n\tb\n}\n'.repeat(300)}${'c {\n  d\n}\n'.repeat(200)}`), two);
  });
});

describe('indentation', () => {
  /** Whether `text` is as `style` wants it behind `lineStart`; by tokens and as a whole. */
  const takes = async (style: IndentationStyle | undefined, text: string, lineStart = ''): Promise<boolean> => {
    const { vocabulary, encode } = await embeddedTokenizer();
    const start = indentedAs(style, new TokenTexts(vocabulary), lineStart);
    const whole = start.afterText(text) !== undefined;
    let state = start;
    let byTokens = true;
    for (const token of encode(text)) {
      byTokens &&= state.legal(token);
      if (byTokens) state = state.advance(token);
    }
    assert.equal(byTokens, whole, JSON.stringify(text));
    let byCharacters: typeof start | undefined = start;
    for (const character of text) byCharacters = byCharacters?.afterText(character);
    assert.equal(byCharacters !== undefined, whole, JSON.stringify(text));
    return whole;
  };
  const all = async (style: IndentationStyle, texts: string[], others: string[], lineStart = ''): Promise<void> => {
    for (const text of texts) assert.ok(await takes(style, text, lineStart), JSON.stringify(text));
    for (const text of others) assert.ok(!(await takes(style, text, lineStart)), JSON.stringify(text));
  };

  it('is of the kind that the document has', async () => {
    await all(two, ['{\n  a\n}', 'a\tb', 'a(\n  b\n)', '"\t"', 'a\n\nb'], ['{\n\ta', 'a\n\n\tb', '\ta', '{\n \ta']);
    await all(tabs, ['{\n\ta\n}', 'a  b', 'a;\n'], ['{\n  a', '    a', '{\n\ta\n    b', 'a\n\n  b']);
    assert.equal(await takes(undefined, '{\n\t  a\n  \tb'), true);
    const { vocabulary } = await embeddedTokenizer();
    assert.equal(indentedAs(undefined, new TokenTexts(vocabulary), ''), free);
  });

  it('of a block is one unit deeper', async () => {
    await all(
      two,
      ['f() {\n  a\n}', 'if (a) {\n}', '{\n  a: {\n    b', '{\n\n  a'],
      ['{\n    a', '{\n   a', '{\n a', '{\n\n    a'],
    );
    await all(four, ['if a:\n    b\n', 'if a:\n    if b:\n        c'], ['if a:\n  b', 'if a:\n    if b:\n      c']);
    await all(two, ['f() {\n    a'], ['f() {\n      a', 'f() {\n   a'], '  ');
    await all({ character: ' ', unit: undefined }, ['{\n    a', '{\n  a', '{\n   a'], ['{\n\ta']);
  });

  it('of other lines may be deeper by anything, to line up', async () => {
    await all(two, ['a(b,\n   c)', 'a =\n    b', 'a\n      .b', 'a: 1,\n b'], []);
  });

  it('has room for the margins of comments with tabs', async () => {
    await all(tabs, ['/**\n * a\n */'], []);
    await all(tabs, ['/**\n\t * a\n\t */\n\tb'], ['/**\n\t   a'], '\t');
  });

  it('goes on from where the line stands', async () => {
    await all(two, ['a\n}', '  a'], ['\ta'], '  ');
    await all(two, ['\ta', ' a'], [], '  a');
    await all(tabs, ['a', '\ta'], ['  a'], '\t');
  });

  it('leaves tokens free that end within a character, and stops nothing', async () => {
    const { vocabulary, encode } = await embeddedTokenizer();
    const state = indentedAs(two, new TokenTexts(vocabulary), '');
    const [part] = encode('𒀀');
    assert.ok(state.legal(part!) && state.mayStop(0) && state.relax() === state && state.candidates === undefined);
    assert.ok(state.advance(part!).afterText('\tb') !== undefined);
  });
});
