import assert from 'node:assert/strict';
import { loadGrammarModule } from '../../../../../src/constraint/grammar/scanners/grammarModule.ts';
import { createHeap } from '../../../../../src/constraint/grammar/scanners/heap.ts';
import { textInput } from '../../../../../src/constraint/grammar/scanners/textInput.ts';
import { seededRandom } from '../../../../support/random.ts';
import { shippedGrammar } from './agreement.ts';

describe('loadGrammarModule', () => {
  it('runs the lexer of a grammar', async () => {
    const module = await shippedGrammar('json');
    const { language } = module;
    const input = textInput(module);
    module.callbacks = input;
    const lex = module.callable(language.lexFunction);
    const startState = module.halfWords[(language.lexModes + language.lexModeSize) >>> 1]!;
    const lexeme = (text: string) => {
      input.open(text, 0);
      const isFound = lex(module.lexer, startState) !== 0;
      return isFound ? text.slice(input.start, input.end) : undefined;
    };
    assert.equal(lexeme('  -1.5e3, 2'), '-1.5e3');
    assert.equal(lexeme('\n[1]'), '[');
    assert.equal(lexeme('nul'), undefined);
  });

  it('refuses what is no grammar', async () => {
    const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
    await assert.rejects(loadGrammarModule(empty), /dylink\.0/);
  });
});

describe('createHeap', () => {
  it('gives blocks that do not overlap and keep what is in them', () => {
    const bytes = new Uint8Array(1 << 16);
    const heap = createHeap({ bytes, words: new Uint32Array(bytes.buffer) }, 1024, bytes.length);
    const random = seededRandom(5);
    const blocks: { address: number; size: number; mark: number }[] = [];
    const holds = ({ address, size, mark }: (typeof blocks)[number]) =>
      bytes.subarray(address, address + size).every((byte) => byte === mark);
    for (let i = 0; i < 5000; i++) {
      const chosen = random.below(blocks.length + 8);
      const block = blocks[chosen];
      const mark = 1 + random.below(255);
      const size = random.below(200);
      if (block === undefined && blocks.length < 40) {
        const address = heap.malloc(size);
        assert.equal(address % 16, 0);
        bytes.fill(mark, address, address + size);
        blocks.push({ address, size, mark });
      } else if (block !== undefined) {
        assert.ok(holds(block));
        blocks.splice(chosen, 1);
        if (random.below(2) === 0) heap.free(block.address);
        else {
          const address = heap.realloc(block.address, size);
          assert.ok(holds({ ...block, address, size: Math.min(size, block.size) }));
          bytes.fill(mark, address, address + size);
          blocks.push({ address, size, mark });
        }
      }
    }
    assert.ok(blocks.every(holds));
    assert.throws(() => heap.malloc(1 << 20), /too much memory/);
  });
});
