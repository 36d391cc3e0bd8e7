import assert from 'node:assert/strict';
import { type Lines, prefixUnits, suffixUnits, windowAround } from '../../../src/extension/contextWindow.ts';

/** A document of these lines that counts how many of them were looked at. */
function documentOf(lines: readonly string[], lineEnd = '\n'): Lines & { readonly looked: () => number } {
  let looked = 0;
  return {
    lineCount: lines.length,
    lineLength: (line) => {
      looked += 1;
      return lines[line]!.length;
    },
    slice: (startLine, startCharacter, endLine, endCharacter) => {
      const text = lines.slice(startLine, endLine + 1);
      text[text.length - 1] = text.at(-1)!.slice(0, endCharacter);
      text[0] = text[0]!.slice(startCharacter);
      return text.join(lineEnd);
    },
    looked: () => looked,
  };
}

/** True when no half of a character stands alone. */
function wellFormed(text: string): boolean {
  return Buffer.from(text).toString() === text;
}

describe('context window', () => {
  it('is the whole of a small file', () => {
    const { prefix, suffix } = windowAround(documentOf(['one', 'two three', 'four']), 1, 4);
    assert.deepEqual([prefix, suffix], ['one\ntwo ', 'three\nfour']);
  });

  it('has plain line ends in a file with CRLF', () => {
    const { prefix, suffix } = windowAround(documentOf(['one', 'two', 'three'], '\r\n'), 1, 3);
    assert.deepEqual([prefix, suffix], ['one\ntwo', '\nthree']);
  });

  it('is bounded, starts and ends with whole lines, and costs no more in a huge file', () => {
    const huge = documentOf(Array.from({ length: 200_000 }, (_, line) => `const value${line} = ${line};`));
    const { prefix, suffix } = windowAround(huge, 100_000, 5);
    assert.ok(prefix.length <= prefixUnits && prefix.length > prefixUnits / 2, `${prefix.length}`);
    assert.ok(suffix.length <= suffixUnits + 100 && suffix.length > suffixUnits / 2, `${suffix.length}`);
    assert.match(prefix, /^const value\d+ = \d+;\n/);
    assert.match(suffix, /;$/);
    assert.ok(huge.looked() < 10_000, `${huge.looked()} lines looked at`);
  });

  it('does not move while the user types within a line or a few lines on', () => {
    const lines = Array.from({ length: 9_000 }, (_, line) => `const value${line} = ${line};`);
    const start = windowAround(documentOf(lines), 8_000, 0).prefix.slice(0, 40);
    const starts = [1, 2, 3, 4].map((more) => windowAround(documentOf(lines), 8_000 + more, 3).prefix.slice(0, 40));
    assert.ok(new Set([start, ...starts]).size <= 2);
  });

  it('cuts inside a line that is longer than the window, never inside a character', () => {
    const { prefix, suffix } = windowAround(documentOf([`a${'😀'.repeat(160_000)}`]), 0, 160_001);
    assert.ok(prefix.length <= prefixUnits && prefix.length > prefixUnits - 2);
    assert.ok(suffix.length <= suffixUnits && suffix.length > suffixUnits - 2);
    assert.ok(wellFormed(prefix) && wellFormed(suffix));
  });

  it('drops half of a character where the window is cut', () => {
    const { prefix, suffix } = windowAround(documentOf(['😀'.repeat(160_000)]), 0, 160_000);
    assert.ok(wellFormed(prefix) && wellFormed(suffix));
    const odd = windowAround(documentOf([`${'😀'.repeat(100_000)}b${'😀'.repeat(100_000)}`]), 0, 200_001);
    assert.ok(wellFormed(odd.prefix) && wellFormed(odd.suffix));
  });
});
