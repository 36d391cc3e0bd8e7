// Masks in the product: they list just what the recogniser takes, and cost nothing before they are asked for.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openGrammar } from '../../../../../src/constraint/grammar/languages.ts';
import { GrammarMasks } from '../../../../../src/constraint/grammar/masks/masks.ts';
import { OnDemandMasks } from '../../../../../src/constraint/grammar/masks/onDemandMasks.ts';
import { Recogniser } from '../../../../../src/constraint/grammar/recogniser.ts';
import { grammarsPath } from '../../../../support/built.ts';
import { embeddedTokenizer } from '../../../../support/embeddedTokenizer.ts';

describe('masks on demand', () => {
  it('list the legal tokens, and make nothing before they are asked', async () => {
    const { vocabulary } = await embeddedTokenizer();
    const grammar = await openGrammar(grammarsPath, 'json');
    const recogniser = new Recogniser(grammar!.tables, undefined);
    const folder = join(tmpdir(), 'palimpsest-no-masks');
    let made = 0;
    const make = (): GrammarMasks => {
      made++;
      return new GrammarMasks(recogniser, undefined, vocabulary);
    };
    const masks = new OnDemandMasks(make, folder, assert.fail);
    masks.postpone();
    assert.equal(made, 0);
    const state = recogniser.feed(recogniser.initial, '{"a": tr')!;
    const legal: number[] = [];
    for (let token = 0; token < vocabulary.size; token++)
      if (!vocabulary.isSpecial(token) && recogniser.advance(state, vocabulary.bytesOf(token)) !== undefined)
        legal.push(token);
    assert.deepEqual([...masks.list(state)], legal);
    assert.ok(legal.every((token) => /^(ue?$|ue[\s,}])/.test(vocabulary.decode([token]))));
    masks.list(recogniser.initial);
    assert.equal(made, 1);
    assert.ok(!existsSync(folder));
  });
});
