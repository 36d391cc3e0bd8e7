import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isSubsequence, ResultCache, type Seen } from '../../../src/extension/resultCache.ts';
import type { Draft } from '../../../src/protocol/messages.ts';

/** A place in a file, from text with the cursor drawn as ‸. */
function at(marked: string, path = 'a.ts'): Seen {
  const [prefix = '', suffix = ''] = marked.split('‸');
  return { path, language: 'typescript', prefix, suffix };
}

function draft(text: string, replaces = 0): Draft {
  return { text, replaces, logProb: -1, logLegalMass: 0, tokens: 1, verified: true, vouchers: [] };
}

/** What the cache answers at `marked`, as texts; a number after a slash is how much the text replaces. */
function answer(cache: ResultCache, marked: string): readonly string[] | undefined {
  return cache.find(at(marked))?.drafts.map(({ text, replaces }) => (replaces > 0 ? `${text}/${replaces}` : text));
}

describe('result cache', () => {
  let cache: ResultCache;
  beforeEach(() => {
    cache = new ResultCache();
    cache.store(at('let x = ‸\nlog(x)'), [draft('total + 1;'), draft('total * 2;'), draft('limit;')]);
  });

  it('gives the very same drafts at the same place', () => {
    assert.deepEqual(answer(cache, 'let x = ‸\nlog(x)'), ['total + 1;', 'total * 2;', 'limit;']);
  });

  it('gives the rest of every draft that still fits while the user types along', () => {
    assert.deepEqual(answer(cache, 'let x = tot‸\nlog(x)'), ['al + 1;', 'al * 2;']);
    assert.deepEqual(answer(cache, 'let x = total *‸\nlog(x)'), [' 2;']);
  });

  it('gives the first answer again after deleting back', () => {
    cache.store(at('let x = q‸\nlog(x)'), [draft('uota')]);
    assert.deepEqual(answer(cache, 'let x = ‸\nlog(x)'), ['total + 1;', 'total * 2;', 'limit;']);
  });

  it('asks again when the user types something else, changes the text after the cursor or the file', () => {
    assert.equal(answer(cache, 'let x = z‸\nlog(x)'), undefined);
    assert.equal(answer(cache, 'let x = t‸\nlog(y)'), undefined);
    assert.equal(cache.find(at('let x = ‸\nlog(x)', 'b.ts')), undefined);
  });

  it('asks again once a draft is typed to its end', () => {
    assert.equal(answer(cache, 'let x = limit;‸\nlog(x)'), undefined);
  });

  it('remembers that there was nothing to say, for that place only', () => {
    cache.store(at('done‸'), []);
    assert.deepEqual(answer(cache, 'done‸'), []);
    assert.equal(answer(cache, 'done;‸'), undefined);
  });

  it('replaces a bracket the editor closed by itself while the user typed along', () => {
    cache.store(at('call‸\n'), [draft('(width, height);')]);
    assert.deepEqual(answer(cache, 'call(‸)\n'), ['width, height);/1']);
  });

  it('takes what was typed over off what a draft replaces', () => {
    cache.store(at('call(‸)\n'), [draft('a);', 1)]);
    assert.deepEqual(answer(cache, 'call(a)‸\n'), [';']);
  });

  it('goes on over a line end', () => {
    cache.store(at('if (x) {‸\n}'), [draft('\n  return 1;')]);
    assert.deepEqual(answer(cache, 'if (x) {\n  ‸\n}'), ['return 1;']);
  });

  it('does not go on from what was too unsure to be shown, unless the user had asked for it', () => {
    const careful = new ResultCache(({ text }) => !text.startsWith('un'));
    const start = at('x = ‸');
    careful.store(start, [draft('unsure();'), draft('unusual();'), draft('sure();')]);
    assert.deepEqual(answer(careful, 'x = ‸'), ['unsure();', 'unusual();', 'sure();']);
    assert.equal(answer(careful, 'x = un‸'), undefined);
    assert.deepEqual(answer(careful, 'x = s‸'), ['ure();']);
    careful.noteInvoked(start);
    assert.deepEqual(answer(careful, 'x = un‸'), ['sure();', 'usual();']);
    // more of them have come
    careful.store(start, [draft('unsure();'), draft('until(1);')], { asked: 3 });
    assert.deepEqual(answer(careful, 'x = unt‸'), ['il(1);']);
  });

  it('keeps no more than it is told to, the last used ones', () => {
    const small = new ResultCache(() => true, 2);
    small.store(at('a‸'), [draft('1')]);
    small.store(at('b‸'), [draft('2')]);
    small.find(at('a‸'));
    small.store(at('c‸'), [draft('3')]);
    assert.deepEqual([answer(small, 'a‸'), answer(small, 'b‸'), answer(small, 'c‸')], [['1'], undefined, ['3']]);
  });

  it('knows an accepted text that is gone again', () => {
    cache.noteAccepted(at('let x = ‸\nlog(x)'), 'limit;');
    assert.equal(cache.wasUndone(at('let x = ‸\nlog(x)'), 'limit;'), true);
    assert.equal(cache.wasUndone(at('let x = ‸\nlog(x)'), 'total + 1;'), false);
    assert.equal(cache.wasUndone(at('let y = ‸\nlog(x)'), 'limit;'), false);
  });

  it('says how many drafts were asked for, and where', () => {
    cache.store(at('f(‸)'), [draft('a, b'), draft('a')], { asked: 3 });
    const { asked, origin } = cache.find(at('f(a‸)')) ?? {};
    assert.deepEqual([asked, origin], [3, at('f(‸)')]);
  });

  it('has an answer of another reach unless one is asked for', () => {
    const seen = at('while (x) ‸');
    cache.store({ ...seen, reach: 'block' }, [draft('{\n}')]);
    assert.equal(cache.find({ ...seen, reach: 'line' }), undefined);
    assert.deepEqual(answer(cache, 'while (x) ‸'), ['{\n}']);
    cache.store(seen, [draft('y();')]);
    assert.deepEqual(answer(cache, 'while (x) ‸'), ['y();']);
    assert.equal(cache.find({ ...seen, reach: 'block' })?.drafts[0]?.text, '{\n}');
    assert.deepEqual(answer(cache, 'while (x) ‸'), ['{\n}']);
  });

  it('promises the same document wherever along the draft it is asked', () => {
    const line = fc.string({ maxLength: 12 }).map((text) => text.replaceAll('‸', ''));
    fc.assert(
      fc.property(line, line, line, fc.nat(), (before, text, after, cut) => {
        const origin: Seen = { path: 'p', language: 'l', prefix: before, suffix: after };
        const fresh = new ResultCache();
        fresh.store(origin, [draft(text)]);
        const typed = text.slice(0, cut % (text.length + 1));
        const found = fresh.find({ ...origin, prefix: before + typed })?.drafts[0];
        if (found === undefined) assert.equal(typed, text);
        else assert.equal(before + typed + found.text + after.slice(found.replaces), before + text + after);
      }),
    );
  });
});

describe('isSubsequence', () => {
  it('is what the editor asks of replaced text', () => {
    assert.equal(isSubsequence(')', 'a);'), true);
    assert.equal(isSubsequence(');', 'a;)'), false);
    assert.equal(isSubsequence('', ''), true);
  });
});
