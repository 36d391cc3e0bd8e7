import assert from 'node:assert/strict';
import fc from 'fast-check';
import { NameSet } from '../../../../src/constraint/monitor/nameSet.ts';

describe('a set of names', () => {
  const word = fc.stringMatching(/^[abA_$]{0,4}$/);

  it('has what it was made of, and the beginnings of it', () =>
    fc.assert(
      fc.property(fc.array(word), word, (names, asked) => {
        const set = new NameSet(names);
        assert.equal(set.has(asked), names.includes(asked));
        assert.equal(
          set.begins(asked),
          names.some((name) => name.startsWith(asked)),
        );
        const rests = names.filter((name) => name.startsWith(asked)).map((name) => name.slice(asked.length));
        assert.deepEqual(new Set(set.restsOf(asked)), new Set(rests));
      }),
    ));

  it('has a name once', () => assert.equal(new NameSet(['a', 'b', 'a']).size, 2));
});
