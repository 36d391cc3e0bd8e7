import assert from 'node:assert/strict';
import { agreement, divergence } from '../../bench/agreement.ts';
import type { Peer } from '../../bench/peer.ts';
import { agrees, completeWithPeer, type TokenBytes } from '../../bench/peerComplete.ts';
import type { NextToken } from '../../bench/peerMessages.ts';

const words = ['<end>', 're', 'return', ' value', ';', '\n', 'ret', 'u', 'rn', '<fim>', 'é'];
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const vocabulary: TokenBytes = {
  bytesOf: (id) => encode(words[id] as string),
  isSpecial: (id) => id === 0 || id === 9,
};

/** Tokens in order of preference, for each step; those not named are only seen by a second look, in order of their id. */
function scripted(
  steps: readonly (readonly string[])[],
): Pick<Peer, 'next' | 'again'> & { asked: (readonly number[])[] } {
  const asked: (readonly number[])[] = [];
  let preferred: number[] = [];
  const ranked = (list: readonly number[]): Promise<NextToken> => {
    const ids = Int32Array.from(list);
    return Promise.resolve({ ids, logits: Float32Array.from(ids, (_, rank) => -rank), logSumExp: 1 });
  };
  return {
    asked,
    next: (tokens) => {
      preferred = (steps[asked.length] ?? ['<end>']).map((word) => words.indexOf(word));
      asked.push(tokens);
      return ranked(preferred);
    },
    again: () => ranked([...preferred, ...words.map((_, id) => id).filter((id) => !preferred.includes(id))]),
  };
}

async function complete(steps: readonly (readonly string[])[], heal = '', maxTokens = 8): Promise<string> {
  const isFinished = (text: string): boolean => text.includes('\n');
  return completeWithPeer(scripted(steps) as unknown as Peer, [1, 2], encode(heal), {
    vocabulary,
    maxTokens,
    isFinished,
  });
}

describe('completeWithPeer', () => {
  it('goes on until a special token and feeds back what it chose', async () => {
    const peer = scripted([['return'], [' value'], [';'], ['<fim>']]);
    const options = { vocabulary, maxTokens: 8, isFinished: () => false };
    const text = await completeWithPeer(peer as unknown as Peer, [7, 8], new Uint8Array(), options);
    assert.equal(text, 'return value;');
    assert.deepEqual(peer.asked, [[7, 8], [2], [3], [4]]);
  });

  it('stops where it is finished or has said enough', async () => {
    assert.equal(await complete([['return'], ['\n'], ['return']]), 'return\n');
    assert.equal(await complete([['return'], [' value'], [';']], '', 2), 'return value');
  });

  it('says the typed bytes first and leaves them out of the text', async () => {
    assert.equal(await complete([[' value', 'return'], [';']], 'ret'), 'urn;');
  });

  it('may take several tokens to say the typed bytes', async () => {
    assert.equal(await complete([['re'], ['return', 'u'], [';', 'rn']], 'retu'), '');
    assert.equal(await complete([['ret'], ['return', 'u'], ['rn'], [';']], 'retu'), 'rn;');
  });

  it('looks through the whole vocabulary for the typed bytes', async () => {
    assert.equal(await complete([[' value'], [';']], '\u00e9'), ';');
  });

  it('never takes a special token for typed text', async () => {
    assert.equal(await complete([['<fim>', '<end>']], '<'), '');
  });
});

describe('agrees', () => {
  it('holds when either begins with the other', () => {
    assert.ok(agrees(encode('return'), encode('ret')));
    assert.ok(agrees(encode('re'), encode('ret')));
    assert.ok(!agrees(encode('rat'), encode('ret')));
    assert.ok(!agrees(encode(''), encode('ret')));
    assert.ok(agrees(encode('é'), encode('é').subarray(0, 1)));
  });
});

function distribution(entries: readonly (readonly [id: number, probability: number])[], logSumExp = 3): NextToken {
  return {
    ids: Int32Array.from(entries, ([id]) => id),
    logits: Float32Array.from(entries, ([, probability]) => Math.log(probability) + logSumExp),
    logSumExp,
  };
}

describe('agreement', () => {
  const close = (actual: number, expected: number): void => assert.ok(Math.abs(actual - expected) < 1e-5, `${actual}`);

  it('is the Kullback-Leibler divergence where all tokens are listed', () => {
    const reference = distribution([
      [1, 0.5],
      [2, 0.5],
    ]);
    const other = distribution(
      [
        [2, 0.75],
        [1, 0.25],
      ],
      -7,
    );
    close(divergence(reference, other), 0.5 * Math.log(2) + 0.5 * Math.log(2 / 3));
    close(divergence(reference, reference), 0);
  });

  it('lumps what is not listed by both', () => {
    const reference = distribution([
      [1, 0.8],
      [2, 0.1],
    ]);
    const other = distribution([
      [1, 0.8],
      [3, 0.1],
    ]);
    close(divergence(reference, other), 0);
  });

  it('counts equal first choices', () => {
    const one = distribution([[1, 0.9]]);
    const two = distribution([[2, 0.9]]);
    assert.equal(agreement([one, one], [one, two]).sameFirstChoice, 0.5);
    assert.equal(agreement([one, one], [one, one]).maximumMargin, 0);
    const near = distribution([
      [1, 0.5],
      [2, 0.25],
    ]);
    close(agreement([near], [two]).maximumMargin, Math.log(2));
    assert.throws(() => agreement([one], []), /not pairs/);
  });
});
