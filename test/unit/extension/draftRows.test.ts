import assert from 'node:assert/strict';
import { percentOf } from '../../../src/base/percent.ts';
import { joinedRows } from '../../../src/extension/draftRows.ts';
import type { Choice } from '../../../src/extension/item.ts';
import type { Translate } from '../../../src/extension/silence.ts';
import type { Voucher } from '../../../src/protocol/messages.ts';

const plain: Translate = (message, ...args) => message.replace(/\{(\d)\}/g, (_, index) => `${args[Number(index)]}`);

function choice(text: string, probability = 0.5, vouchers: readonly Voucher[] = []): Choice {
  const draft = {
    text,
    replaces: 0,
    logProb: Math.log(probability),
    logLegalMass: 0,
    tokens: 1,
    verified: true,
    vouchers,
  };
  return { text, replaces: 0, draft };
}

/** Rows as text, in columns. */
const drawn = (...choices: readonly Choice[]): readonly string[] =>
  joinedRows([], choices, plain).map(({ label, description, detail }) => `${label} | ${description} | ${detail}`);

describe('rows of drafts', () => {
  it('have the first line, what follows, how probable it is and what vouches for it', () => {
    assert.deepEqual(drawn(choice(' a + b;', 0.423, ['syntax', 'names']), choice('{\n  x();\n}', 0.002, ['seen'])), [
      'a + b; | 42 % | follows the grammar · names checked by the language server',
      '{ | +2 lines · <1 % | seen like this in the workspace',
    ]);
  });

  it('begin with the first line that says something', () => {
    assert.deepEqual(drawn(choice('\n  return 1;')), ['return 1; | +1 line · 50 % | nothing vouches for it']);
  });

  it('draw no icons', () => {
    const [row] = drawn(choice('$(this).find($(".x")) + $(gear~spin) + \\$(a)'));
    assert.match(row ?? '', /^\\\$\(this\)\.find\(\$\("\.x"\)\) \+ \\\$\(gear~spin\) \+ \\\\\$\(a\) /);
  });

  it('stay as they are when others join', () => {
    const there = joinedRows([], [choice('a'), choice('b')], plain);
    assert.equal(joinedRows(there, [choice('b'), choice('a')], plain), there);
    const more = joinedRows(there, [choice('c'), choice('a'), choice('b'), choice('d')], plain);
    assert.deepEqual(
      more.map(({ label }) => label),
      ['a', 'b', 'c', 'd'],
    );
    assert.ok(there.every((row, index) => row === more[index]));
  });

  it('round probabilities to whole per cent', () => {
    assert.deepEqual([0, Math.log(0.999), Math.log(0.0101), Math.log(0.0099), -400].map(percentOf), [
      '100 %',
      '100 %',
      '1 %',
      '<1 %',
      '<1 %',
    ]);
  });
});
