import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { packTables, unpackTables } from '../../../../src/constraint/grammar/tableFile.ts';
import type { GrammarTables, LexerTables } from '../../../../src/constraint/grammar/tables.ts';

const bytes = fc.uint8Array({ maxLength: 20 });
const words = fc.uint16Array({ maxLength: 20 });
const longs = fc.uint32Array({ maxLength: 20 });

const plain = { noNullPrototype: true };

const lexers: fc.Arbitrary<LexerTables> = fc
  .record(
    {
      accept: words,
      ascii: words,
      atEnd: words,
      rangeStart: longs,
      rangeFirst: longs,
      rangeLast: longs,
      rangeTarget: words,
    },
    plain,
  )
  .map((lexer) => ({ ...lexer, stateCount: lexer.accept.length }));

const allTables: fc.Arbitrary<GrammarTables> = fc.record(
  {
    name: fc.string(),
    stateCount: fc.nat(),
    symbolCount: fc.nat(),
    terminalCount: fc.nat(),
    symbolNames: fc.array(fc.string({ unit: 'binary' })),
    literal: bytes,
    rowStart: longs,
    rowSymbols: words,
    rowValues: words,
    actionStart: longs,
    actionKinds: bytes,
    actionValues: words,
    actionCounts: bytes,
    lexStates: words,
    externalLexStates: words,
    reservedSets: words,
    lexer: lexers,
    keywords: fc.option(lexers, { nil: undefined }),
    keywordCapture: fc.nat(0xffff),
    reserved: fc.array(words),
    externalSymbols: words,
    externalStates: longs,
  },
  plain,
);

describe('a file of parse tables', () => {
  it('holds what was packed', () => {
    fc.assert(
      fc.property(allTables, (tables) => {
        assert.deepEqual(unpackTables(packTables(tables)), tables);
      }),
      { numRuns: 50 },
    );
  });

  it('is read from the middle of another buffer', () => {
    fc.assert(
      fc.property(allTables, fc.nat(7), (tables, offset) => {
        const packed = packTables(tables);
        const around = new Uint8Array(packed.length + 16);
        around.set(packed, offset);
        assert.deepEqual(unpackTables(around.subarray(offset, offset + packed.length)), tables);
      }),
      { numRuns: 20 },
    );
  });

  describe('with damage', () => {
    let packed: Buffer;
    before(async () => {
      packed = await readFile(new URL('../../../../grammars/json/tables.bin', import.meta.url));
    });

    it('is refused wherever it is cut', () => {
      for (let length = 0; length < packed.length; length++)
        assert.throws(() => unpackTables(packed.subarray(0, length)), /not a file of parse tables|is damaged/);
    });

    it('is refused wherever a bit is wrong', () => {
      for (let at = 6; at < packed.length; at++) {
        // The two bytes behind the version are not used.
        if (at === 6 || at === 7) continue;
        const wrong = Uint8Array.from(packed);
        wrong[at]! ^= 1 << (at % 8);
        assert.throws(() => unpackTables(wrong), /the file of parse tables is damaged/, `byte ${at}`);
      }
    });

    it('is refused when it is something else', () => {
      assert.throws(
        () => unpackTables(new TextEncoder().encode('{"name": "json", "tables": []}')),
        /not a file of parse/,
      );
    });

    it('is refused when it is of another version, which it names', () => {
      const later = Uint8Array.from(packed);
      later[4] = 9;
      assert.throws(() => unpackTables(later), /parse tables of format 9, and this program reads format 1/);
    });
  });
});
