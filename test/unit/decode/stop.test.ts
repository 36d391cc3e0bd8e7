import assert from 'node:assert/strict';
import { type StopContext, stopAt } from '../../../src/decode/stop.ts';

const block: StopContext = { reach: 'block', lineStart: '  ', opensBlock: false, nextLine: undefined, maxLines: 12 };

/** Feeds `text` a character at a time, as tokens would come; the text at the stop, or undefined if it may go on. */
function stopped(text: string, context: Partial<StopContext>): string | undefined {
  for (let length = 1; length <= text.length; length++) {
    const end = stopAt(text.slice(0, length), { ...block, ...context });
    if (end !== undefined) return text.slice(0, end);
  }
  return undefined;
}

describe('stopAt', () => {
  it('ends a line at its end', () => {
    assert.equal(stopped('a + b;\nnext', { reach: 'line' }), 'a + b;');
    assert.equal(stopped('a + b;', { reach: 'line' }), undefined);
  });

  it('ends where the next line of the document is reproduced', () => {
    assert.equal(stopped('a();\n  b();\n  rest();\n}\n', { nextLine: '  rest();' }), 'a();\n  b();');
  });

  it('is not fooled by a line that only begins like the next one, or is indented otherwise', () => {
    assert.equal(stopped('a();\n    }\n  b();\n', { nextLine: '  }' }), undefined);
    assert.equal(stopped('a();\n  rest().then();\n', { nextLine: '  rest();' }), undefined);
  });

  it('ends at a blank line, once something was said', () => {
    assert.equal(stopped('a();\n\n  b();\n', {}), 'a();');
    assert.equal(stopped('\n\n  b();\n', {}), undefined);
  });

  it('ends before a line indented less than the block', () => {
    assert.equal(stopped('a();\n}\n', {}), 'a();');
    assert.equal(stopped('return x\ndef', { lineStart: '    ' }), 'return x');
  });

  it('keeps the line that closes the block it opened', () => {
    const opened = { lineStart: 'if (x) {', opensBlock: true };
    assert.equal(stopped('\n  a();\n}\nb();\n', opened), '\n  a();\n}');
    assert.equal(stopped('\n  a();\n} else {\n', opened), '\n  a();\n} else {');
  });

  it('leaves the closing line to the document where it has one', () => {
    const opened = { lineStart: 'if (x) {', opensBlock: true, nextLine: '}' };
    assert.equal(stopped('\n  a();\n}\nb();\n', opened), '\n  a();');
  });

  it('ends a block by indentation where nothing closes it', () => {
    assert.equal(stopped('\n    a()\nb()\n', { lineStart: 'if x:', opensBlock: true }), '\n    a()');
  });

  it('caps the lines', () => {
    assert.equal(stopped('a\n  b\n  c\n  d\n', { maxLines: 3 }), 'a\n  b\n  c');
  });
});
