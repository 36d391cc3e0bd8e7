import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { HoleKind, Item, Prediction } from '../../bench/items.ts';
import { codeTokens, editSimilarity, identifiers, score, scoreItem, summariseByKind } from '../../bench/score.ts';

function hole(kind: HoleKind, target: string, language = 'typescript', prefix = ''): Item {
  return { id: 'one', path: language === 'python' ? 'a.py' : 'a.ts', language, prefix, suffix: '', kind, target };
}

const answer = (id: string, text: string): Prediction => ({ id, outcome: 'done', drafts: [{ text }] });

describe('exact match', () => {
  const cases: [kind: HoleKind, target: string, predicted: string, expected: boolean][] = [
    ['member', 'push', 'push(value);', true],
    ['member', 'push', 'pushAll(value);', false],
    ['member', 'größe', 'größe.x', true],
    ['member', 'push', ' push', false],
    ['line', 'return a;', 'return a;\n}\nmore', true],
    ['line', 'return a;', '  return a;  ', true],
    ['line', 'return a;', 'return a', false],
    ['line', 'return a;', 'return a;\r\n}', true],
    ['call', 'a, b)', 'a, b);\nnext();', true],
    ['call', "')', b)", "')', b).then(done)", true],
    ['call', `\`\${f(x)})\`, y)`, `\`\${f(x)})\`, y) + 1`, true],
    ['call', 'a, b)', 'a, b', false],
  ];
  for (const [kind, target, predicted, expected] of cases) {
    it(`${kind}: ${JSON.stringify(predicted)} ${expected ? 'is' : 'is not'} ${JSON.stringify(target)}`, () => {
      assert.equal(scoreItem(hole(kind, target), predicted).exactMatch, expected);
    });
  }

  it('ends a Python call at its own bracket, strings and comments apart', () => {
    const item = hole('call', '")", [1, 2])', 'python');
    assert.equal(scoreItem(item, '")", [1, 2])  # done)').exactMatch, true);
  });

  it('ends a block at its own brace and ignores layout', () => {
    const item = hole('block', '\n  if (a) {\n    b();\n  }\n}', 'typescript', 'function f() {');
    assert.equal(scoreItem(item, '\nif (a) {\nb();\n\n}\n}\nfunction g() {}').exactMatch, true);
    assert.equal(scoreItem(item, '\n  if (a) {\n    c();\n  }\n}').exactMatch, false);
  });

  it('ends a Python block at the dedent, not at a blank line or inside a string', () => {
    const target = '\n    x = """\nflush left\n"""\n\n    return x';
    const item = hole('block', target, 'python', 'def f():');
    assert.equal(scoreItem(item, `${target}\n\nprint(f())\n`).exactMatch, true);
  });

  it('scores the target of any kind as right for itself', () => {
    fc.assert(
      fc.property(fc.constantFrom<HoleKind>('line', 'member', 'call', 'block'), fc.string(), (kind, text) => {
        const result = scoreItem(hole(kind, text), text);
        assert.equal(result.exactMatch, true);
        assert.equal(result.editSimilarity, 100);
        assert.equal(result.prefixMatch, 1);
      }),
    );
  });
});

describe('partial credit', () => {
  it('measures edits against the longer text', () => {
    assert.equal(editSimilarity('abcd', 'abcx'), 75);
    assert.equal(editSimilarity('', 'abcd'), 0);
    assert.equal(editSimilarity('', ''), 100);
  });

  it('counts leading identifiers, keywords and string contents left out', () => {
    assert.deepEqual(identifiers('return await load("return x", self.name)'), ['load', 'name']);
    const result = scoreItem(hole('line', 'first(second, third);'), 'first(second, fourth);');
    assert.equal(result.nextIdentifierMatch, true);
    assert.equal(result.identifierSequenceMatch, 2 / 3);
  });

  it('counts leading tokens', () => {
    assert.deepEqual(codeTokens('a.b(1.5, "x y")'), ['a', '.', 'b', '(', '1.5', ',', '"x y"', ')']);
    assert.equal(scoreItem(hole('line', 'a + b;'), 'a - b;').prefixMatch, 1 / 4);
  });

  it('leaves identifier scores out where the target has none', () => {
    const result = scoreItem(hole('line', '});'), '});');
    assert.equal(result.nextIdentifierMatch, undefined);
    assert.equal(result.identifierSequenceMatch, undefined);
  });
});

describe('score', () => {
  const items = [
    { ...hole('line', 'x;'), id: 'a' },
    { ...hole('member', 'y'), id: 'b' },
    { ...hole('member', 'z'), id: 'c' },
  ];

  it('follows the order of the items and takes the best draft', () => {
    const two: Prediction = { id: 'b', outcome: 'done', drafts: [{ text: 'wrong' }, { text: 'y' }] };
    const scores = score(items, [answer('c', 'z'), two, answer('a', 'x;')]);
    assert.deepEqual(
      scores.map((each) => each.exactMatch),
      [true, false, true],
    );
  });

  it('counts a failed or missing prediction as wrong', () => {
    const scores = score(items, [{ id: 'a', outcome: 'failed', reason: 'no model', drafts: [] }]);
    assert.deepEqual(
      scores.map((each) => each.exactMatch),
      [false, false, false],
    );
  });

  it('refuses predictions of items it does not know', () => {
    assert.throws(() => score(items, [answer('d', '')]), /no item: d/);
  });

  it('summarises by kind', () => {
    const summaries = summariseByKind(score(items, [answer('b', 'y'), answer('a', 'x;')]));
    assert.deepEqual([...summaries.keys()], ['line', 'member']);
    assert.equal(summaries.get('line')?.exactMatch.mean, 100);
    assert.equal(summaries.get('member')?.exactMatch.mean, 50);
    assert.equal(summaries.get('member')?.exactMatch.count, 2);
  });
});
