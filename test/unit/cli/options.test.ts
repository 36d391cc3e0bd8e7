// Flags and items → how tokens are drawn.
import assert from 'node:assert/strict';
import { parseItem } from '../../../src/cli/item.ts';
import { parseCommandLine } from '../../../src/cli/options.ts';
import type { Sampling } from '../../../src/protocol/messages.ts';

const samplingOf = (words: string): Sampling | undefined =>
  parseCommandLine(['batch', ...words.split(' ').filter((word) => word !== '')]).options.sampling;

describe('the flags of sampling', () => {
  it('draw nothing unless they are given', () => {
    assert.equal(samplingOf(''), undefined);
    assert.equal(samplingOf('--temperature 0 --seed 3'), undefined);
    assert.equal(samplingOf('--repetition-penalty 1'), undefined);
  });

  it('become fields', () => {
    assert.deepEqual(samplingOf('--temperature 0.8'), { temperature: 0.8, seed: 0 });
    assert.deepEqual(samplingOf('--repetition-penalty 1.2'), { temperature: 0, repetitionPenalty: 1.2, seed: 0 });
    const all = '--temperature 1 --top-k 40 --top-p 0.9 --min-p 0.05 --repetition-penalty 1.1 --seed 4294967295';
    assert.deepEqual(samplingOf(all), {
      temperature: 1,
      topK: 40,
      topP: 0.9,
      minP: 0.05,
      repetitionPenalty: 1.1,
      seed: 4294967295,
    });
  });

  for (const [words, message] of [
    ['--temperature=-1', /from 0 to 100/],
    ['--temperature Infinity', /not Infinity/],
    ['--temperature=', /takes a number/],
    ['--temperature 1 --top-k 0', /--top-k takes a whole number from 1/],
    ['--temperature 1 --top-k 1.5', /whole number/],
    ['--temperature 1 --top-p 2', /--top-p takes a number from 0 to 1, not 2/],
    ['--temperature 1 --min-p x', /--min-p/],
    ['--repetition-penalty 0.5', /from 1/],
    ['--seed 4294967296', /--seed/],
    ['--min-p 0.1', /does nothing without a --temperature/],
  ] as const)
    it(`refuse ${words}`, () => {
      assert.throws(() => samplingOf(words), message);
    });
});

describe('an item', () => {
  const item = (more: object): string => JSON.stringify({ id: 1, path: 'a.ts', prefix: '', suffix: '', ...more });

  it('may have a seed', () => {
    assert.equal(parseItem(item({})).seed, undefined);
    assert.equal(parseItem(item({ seed: 7 })).seed, 7);
    for (const seed of [-1, 1.5, '1', 2 ** 32])
      assert.throws(() => parseItem(item({ seed })), /"seed" must be a whole/);
  });
});
