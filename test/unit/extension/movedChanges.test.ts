import assert from 'node:assert/strict';
import { type ContentChange, movedChanges } from '../../../src/extension/movedChanges.ts';
import type { TextChange } from '../../../src/protocol/messages.ts';

type Span = readonly [number, number, number, number];

const change = ([startLine, startCharacter, endLine, endCharacter]: Span): TextChange => ({
  startLine,
  startCharacter,
  endLine,
  endCharacter,
  text: 'x',
});
const edit = ([line, character, endLine, endCharacter]: Span, text: string): ContentChange => ({
  range: { start: { line, character }, end: { line: endLine, character: endCharacter } },
  text,
});

describe('changes to a document that changes', () => {
  const check = (what: string, at: Span, by: ContentChange, wanted: Span | undefined): unknown =>
    it(what, () => assert.deepEqual(movedChanges([change(at)], by), wanted && [change(wanted)]));

  check('stay where they are before the edit', [0, 0, 0, 0], edit([3, 2, 3, 2], 'a\nb'), [0, 0, 0, 0]);
  check('stay where they touch its start', [3, 0, 3, 2], edit([3, 2, 3, 4], ''), [3, 0, 3, 2]);
  check('move along a line', [3, 5, 3, 6], edit([3, 2, 3, 2], 'abc'), [3, 8, 3, 9]);
  check('move back along a line', [3, 5, 4, 6], edit([3, 2, 3, 5], 'a'), [3, 3, 4, 6]);
  check('move down', [3, 5, 3, 6], edit([1, 0, 1, 0], 'a\nb\n'), [5, 5, 5, 6]);
  check('move to a new line', [3, 5, 3, 6], edit([3, 2, 3, 2], '\n  '), [4, 5, 4, 6]);
  check('move up to a line that takes theirs in', [3, 5, 4, 0], edit([2, 4, 3, 1], ''), [2, 8, 3, 0]);
  check('are called off where the edit is about the same text', [3, 2, 3, 6], edit([3, 4, 3, 4], 'a'), undefined);
  check('are called off where the edit took their place away', [3, 2, 3, 2], edit([3, 0, 4, 0], ''), undefined);

  it('are called off together', () =>
    assert.equal(movedChanges([change([0, 0, 0, 0]), change([3, 2, 3, 6])], edit([3, 4, 3, 4], 'a')), undefined));
});
