import assert from 'node:assert/strict';
import { beyondClosers, onlyClosers, unmatchedClosers } from '../../../src/context/closers.ts';
import { gather } from '../../../src/context/gather.ts';
import { requestFor } from '../../support/check.ts';

const reachOf = (source: string, language = 'typescript'): string => gather(requestFor(source, { language })).reach;

describe('gather', () => {
  it('reaches to the end of the line inside a line, over lines after a block opener and on an empty line', () => {
    assert.equal(reachOf('const a = ‸\n'), 'line');
    assert.equal(reachOf('f(‸)\n'), 'line');
    assert.equal(reachOf('function f() {‸\n'), 'block');
    assert.equal(reachOf('function f() {‸}\n'), 'line');
    assert.equal(reachOf('a();\n  ‸\n'), 'block');
    assert.equal(reachOf('items.map((x) => ‸\n'), 'block');
  });

  it('takes a colon for a block opener only where it is one', () => {
    assert.equal(reachOf('if x:‸\n', 'python'), 'block');
    assert.equal(reachOf('const a: ‸\n'), 'line');
  });

  it('does as the request says', () => {
    assert.equal(gather(requestFor('f() {‸\n', { multiline: 'line' })).reach, 'line');
    assert.equal(gather(requestFor('a = ‸\n', { multiline: 'block' })).reach, 'block');
  });

  it('normalises line ends, byte order marks and lone surrogates', () => {
    const context = gather(requestFor('\uFEFFa\r\nb\uD800‸\r\nc\rd'));
    assert.equal(context.prefix, 'a\nb\uFFFD');
    assert.equal(context.suffix, '\nc\nd');
    assert.equal(context.lineEnd, '\r\n');
  });

  it('looks at a window of a large file, from a line start', () => {
    const line = `const x = '${'a'.repeat(60)}';\n`;
    const { prefix, suffix } = gather(requestFor(`${line.repeat(30000)}let y‸\n${line.repeat(30000)}`));
    assert.ok(prefix.length < 70_000 && suffix.length < 20_000);
    assert.ok(prefix.startsWith('const x') && prefix.endsWith('let y'));
  });
});

describe('closers', () => {
  it('are brackets, quotes and separators alone', () => {
    for (const rest of [')', ');', '")', '})', ' ) ', '`', "',"]) assert.ok(onlyClosers(rest), rest);
    for (const rest of ['', '  ', '(', 'a)', ') {']) assert.ok(!onlyClosers(rest), rest);
  });

  it('are passed over right of the cursor, and on lines of their own below nothing else', () => {
    const beyond = (suffix: string, expected: string) => assert.equal(beyondClosers(suffix), expected);
    beyond(');\nnext();\n', '\nnext();\n');
    beyond('\n  }\n}\n\nnext();\n', '\n\nnext();\n');
    beyond('  \n\t});\n', '\n');
    beyond('")]}', '');
    beyond('\n}', '');
    beyond(') {\n}\n', ' {\n}\n');
    beyond(')], 2);\n', ', 2);\n');
    beyond('</li></ul>\n<p>\n', '\n<p>\n');
    beyond('</b> and more\n', ' and more\n');
    beyond('\n    </Row>\n  </>\n  );\n}\nnext();\n', '\nnext();\n');
    for (const suffix of [
      '<b>bold</b>\n',
      '\n</p> text\n',
      ' + 1;\n}\n',
      ', 2)\n',
      '\n} else {\n',
      '\n\n}\n',
      '\n;\n',
      '\n})()\n',
      '',
    ])
      beyond(suffix, suffix);
  });

  it('are unmatched where their openers lie before the text', () => {
    const found = (text: string, quote?: string): string =>
      unmatchedClosers(text, quote)
        .map(({ closer, at }) => `${closer}${at}`)
        .join(' ');
    assert.equal(found('a(b), c);'), ')7');
    assert.equal(found('a"b)"'), '');
    assert.equal(found('ab\\"c")', '"'), '"5 )6');
    assert.equal(found('}])'), '}0 ]1 )2');
  });
});
