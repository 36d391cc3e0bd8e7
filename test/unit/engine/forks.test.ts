// Which forks of a draft come first: those that make another statement, name or call of it.
import assert from 'node:assert/strict';
import { headLength, worthOf } from '../../../src/engine/forks.ts';

/** Asserts that the head of a text ends at its ‸. */
function heads(marked: string): void {
  assert.equal(headLength(marked.replace('‸', '')), marked.indexOf('‸'), marked);
}

describe('the head of a draft', () => {
  it('ends with what its first line calls', () => {
    heads('const sum = add‸(a, b);');
    heads('\n    this.items.push‸(item);\n    this.sort();\n');
    heads(' x => load‸ (x)');
  });

  it('ends with the first name where nothing is called', () => {
    heads('const total‸ = 0;');
    heads('return left‸.price + right.price;');
    heads('[first‸, second] = pair;\n  swap(pair);');
    heads('größe‸: number;');
  });

  it('ends with the kind of a statement that has nothing before its condition', () => {
    heads('if‸ (isReady) {');
    heads('} else if‸ (isReady) {');
  });

  it('is empty where nothing is named', () => {
    heads('‸});\n');
    heads('‸');
  });
});

describe('a fork', () => {
  const worth = (probability: number, isInHead: boolean): number =>
    worthOf({ logProb: Math.log(probability), isInHead });

  it('within the head is worth more than one behind it that is a few times as probable', () => {
    assert.ok(worth(0.1, true) > worth(0.3, false));
    assert.ok(worth(0.1, true) < worth(0.5, false));
  });

  it('is worth the more, the more probable it is, among those of its kind', () => {
    for (const isInHead of [false, true]) assert.ok(worth(0.2, isInHead) > worth(0.1, isInHead));
  });
});
