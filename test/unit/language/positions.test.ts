import assert from 'node:assert/strict';
import fc from 'fast-check';
import { changeBetween, positionAt } from '../../../src/language/positions.ts';

/** The text with a change made, as a server makes it. */
function changed(text: string, change: ReturnType<typeof changeBetween>): string {
  if (!change) return text;
  const lines = text.split('\n');
  const offset = ({ line, character }: { line: number; character: number }): number =>
    lines.slice(0, line).reduce((total, { length }) => total + length + 1, character);
  return text.slice(0, offset(change.range.start)) + change.text + text.slice(offset(change.range.end));
}

describe('positions', () => {
  it('are lines and UTF-16 units from 0', () => {
    assert.deepEqual(positionAt('a\n😀b\n', 5), { line: 1, character: 3 });
    assert.deepEqual(positionAt('a\n', 2), { line: 1, character: 0 });
    assert.deepEqual(positionAt('', 0), { line: 0, character: 0 });
  });

  it('one change between their ranges turns a text into another', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n', '😀', '😁', '𝒳'), maxLength: 12 });
    fc.assert(
      fc.property(text, text, (one, other) => {
        const change = changeBetween(one, other);
        assert.equal(changed(one, change), other);
        assert.equal(change === undefined, one === other);
        // half a character is none that could be sent
        assert.ok(change?.text.isWellFormed() ?? true);
      }),
    );
  });
});
