import assert from 'node:assert/strict';
import type { SourceFile } from '../../bench/corpus.ts';
import { cutPieces } from '../../bench/prepared/pieces.ts';
import { readReplies } from '../../bench/prepared/replies.ts';

const file = (group: string, name: string, change = ''): SourceFile => ({
  group,
  path: `${group}/${name}.ts`,
  language: 'typescript',
  text: `${'export const filler = true;\n'.repeat(40)}export function f(first: number) {
  const second = first + 1;${change}
  const third = second + first;
  return second * third;
}
`,
});

describe('pieces to type', () => {
  it('take nothing away, and start behind the indentation', () => {
    const [piece] = cutPieces([file('one', 'a')], { seed: 1, count: 1, lines: 2 });
    assert.ok(piece);
    assert.equal(piece.before + piece.text + piece.after, file('one', 'a').text);
    assert.match(piece.before, /\n {2}$/);
    assert.match(piece.text, /^\S.*\n {2}\S.*\S$/);
    assert.match(piece.after, /^\n/);
  });

  it('hold what a typist types: no comments, no tabs, no blank lines', () => {
    const changes = [' // why', '\n\t', '\n', '\n  // why', " + 'ä'"];
    for (const change of changes.slice(1))
      for (const piece of cutPieces([file('one', 'a', change)], { seed: 1, count: 1, lines: 2 }))
        assert.match(piece.text, /^const third/, change);
  });

  it('are spread over packages', () => {
    const files = ['a', 'b', 'c'].map((name) => file('one', name));
    const pieces = cutPieces([...files, file('two', 'd')], { seed: 1, count: 3, lines: 2 });
    assert.equal(pieces.length, 3);
    assert.equal(new Set(pieces.slice(0, 2).map(({ path }) => path.slice(0, 3))).size, 2);
  });
});

describe('replies in the log', () => {
  it('are told apart by what they follow', () => {
    const { accepted, others } = readReplies(
      [
        'engine: 1 shown after 80.00 ms',
        'ahead: 1 prepared after 90.00 ms',
        'accepted',
        'prepared: 0 shown after 0.30 ms',
        'prepared: 1 shown after 0.20 ms',
        'memory: 1 shown after 0.10 ms',
        'accepted',
        'engine: 0 shown after 70.00 ms',
      ].map((text) => `2026-01-01 00:00:00.000 [trace] ${text}`),
    );
    assert.deepEqual(accepted, [
      {
        first: { source: 'prepared', shown: 0, latencyMs: 0.3 },
        shown: { source: 'prepared', shown: 1, latencyMs: 0.2 },
      },
      { first: { source: 'engine', shown: 0, latencyMs: 70 }, shown: undefined },
    ]);
    assert.deepEqual(others, [
      { source: 'engine', shown: 1, latencyMs: 80 },
      { source: 'memory', shown: 1, latencyMs: 0.1 },
    ]);
  });
});
