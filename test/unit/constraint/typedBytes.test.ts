import assert from 'node:assert/strict';
import fc from 'fast-check';
import { typedBytes } from '../../../src/constraint/typedBytes.ts';
import { byProbability, choose } from '../../../src/decode/choice.ts';
import { topCount } from '../../../src/model/model.ts';
import type { Tokenizer } from '../../../src/model/tokenizer.ts';
import { embeddedTokenizer } from '../../support/embeddedTokenizer.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('typedBytes', () => {
  let tokenizer: Tokenizer;
  before(async () => {
    tokenizer = await embeddedTokenizer();
  });
  const id = (text: string): number => {
    const ids = tokenizer.encode(text);
    assert.equal(ids.length, 1, text);
    return ids[0]!;
  };

  it('allows tokens that begin with the bytes and tokens that begin them', () => {
    const state = typedBytes(tokenizer.vocabulary, bytes('ret'));
    for (const text of ['ret', 'return', 'r', 're']) assert.ok(state.legal(id(text)), text);
    for (const text of [' return', 'x', 'rest']) assert.ok(!state.legal(id(text)), text);
  });

  it('never allows a special token', () => {
    const state = typedBytes(tokenizer.vocabulary, bytes('<'));
    assert.ok(!state.legal(tokenizer.specialId('<fim_suffix>')!));
    assert.ok(state.legal(id('<')));
  });

  it('wants the rest after a part, and nothing after all of it', () => {
    const rest = typedBytes(tokenizer.vocabulary, bytes('return')).advance(id('re'));
    assert.ok(rest.legal(id('turn')));
    assert.ok(!rest.legal(id('x')));
    assert.equal(rest.advance(id('turn')).candidates, undefined);
  });

  it('lists exactly what it allows, and any walk of it spells the bytes', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 12 }), fc.infiniteStream(fc.nat()), (text, draws) => {
        const wanted = bytes(text.toWellFormed());
        let state = typedBytes(tokenizer.vocabulary, wanted);
        const said: number[] = [];
        while (state.candidates !== undefined) {
          const { candidates } = state;
          if (candidates.length === 0) return;
          const token = candidates[draws.next().value % candidates.length]!;
          assert.ok(state.legal(token));
          said.push(...tokenizer.vocabulary.bytesOf(token));
          state = state.advance(token);
        }
        assert.deepEqual(said.slice(0, wanted.length), [...wanted]);
      }),
    );
  });

  it('chooses the most probable candidate, with its share of their probability', () => {
    const logits = new Float32Array(tokenizer.vocabulary.size).fill(-20);
    logits[id('return')] = 2;
    logits[id('ret')] = 2 - Math.log(3);
    logits[id('x')] = 9;
    const row = {
      topIds: new Int32Array(topCount),
      topLogits: new Float32Array(topCount),
      logSumExp: new Float32Array(1),
      logits,
    };
    const { candidates } = typedBytes(tokenizer.vocabulary, bytes('ret'));
    const choice = choose(byProbability(row, 0, candidates), () => 'admitted');
    assert.equal(choice.token, id('return'));
    assert.ok(Math.abs(Math.exp(choice.logProb) - 0.75) < 1e-3);
  });
});
