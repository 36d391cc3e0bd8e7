import assert from 'node:assert/strict';
import fc from 'fast-check';
import { codePointRange, completeLength } from '../../../../src/constraint/grammar/utf8.ts';
import { stateAfter, subjectFor } from '../../../support/grammarText.ts';

const encoder = new TextEncoder();
const strictly = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const isText = (bytes: Uint8Array): boolean => {
  try {
    strictly.decode(bytes);
    return true;
  } catch {
    return false;
  }
};

describe('characters in parts', () => {
  it('are told from whole ones wherever a text is cut', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 12 }), (text) => {
        const bytes = encoder.encode(text.toWellFormed());
        for (let end = 0; end <= bytes.length; end++) {
          const length = completeLength(bytes.subarray(0, end));
          assert.ok(length !== undefined && isText(bytes.subarray(0, length)) && end - length < 4);
          const rest = bytes.subarray(length, end);
          assert.equal(rest.length === 0, isText(bytes.subarray(0, end)));
        }
      }),
      { seed: 3, numRuns: 60 },
    );
  });

  it('are nothing where no character begins or goes on so', () => {
    const bad = [
      '80',
      'bf',
      'c0',
      'c1',
      'f5',
      'ff',
      'c3 28',
      'e0 80',
      'e0 9f',
      'ed a0',
      'f0 80',
      'f0 8f',
      'f4 90',
      'e2 28',
      'e2 82 28',
    ];
    for (const hex of bad) {
      const bytes = Uint8Array.from(hex.split(' '), (byte) => Number.parseInt(byte, 16));
      assert.equal(completeLength(bytes), undefined, hex);
      assert.equal(completeLength(Uint8Array.of(0x61, ...bytes)), undefined, `a ${hex}`);
    }
  });

  it('can become just the characters that begin with them', () => {
    for (let first = 0x80; first < 0x800; first += 64)
      checkRange(encoder.encode(String.fromCodePoint(first)).subarray(0, 1));
    for (const [lead, least, most] of [
      [0xe0, 0xa0, 0xbf],
      [0xe1, 0x80, 0xbf],
      [0xed, 0x80, 0x9f],
      [0xf0, 0x90, 0xbf],
      [0xf4, 0x80, 0x8f],
    ] as const) {
      checkRange([lead]);
      checkRange([lead, least]);
      checkRange([lead, most]);
    }
  });

  function checkRange(bytes: ArrayLike<number>): void {
    const { first, last } = codePointRange(bytes)!;
    const begins = (codePoint: number): boolean => {
      if (codePoint < 0 || codePoint > 0x10ffff || (codePoint >= 0xd800 && codePoint <= 0xdfff)) return false;
      const encoded = encoder.encode(String.fromCodePoint(codePoint));
      return Array.from(bytes).every((byte, i) => encoded[i] === byte);
    };
    assert.ok(begins(first) && begins(last), `${Array.from(bytes)}`);
    assert.ok(!begins(first - 1) && !begins(last + 1), `${Array.from(bytes)}`);
  }
});

describe('the recogniser on bytes', () => {
  const bytesOf = (text: string): Uint8Array => encoder.encode(text);

  it('takes the first bytes of a character where the character can stand', async () => {
    const { recogniser } = await subjectFor('typescript');
    for (const [before, character] of [
      ['const a = "', 'é'],
      ['const a = "', '😀'],
      ['// ', '😀'],
      ['const ', 'é'],
      ['const a', '名'],
      ['`', '名'],
      ['/', 'é'],
    ] as const) {
      let state = stateAfter(recogniser, before);
      for (const byte of bytesOf(character))
        state = recogniser.advance(state, Uint8Array.of(byte)) ?? assert.fail(before + character);
      assert.deepEqual(state.partial, []);
    }
  });

  it('takes them not where no character that begins so can stand', async () => {
    const { recogniser } = await subjectFor('json');
    for (const before of ['', '{', '[1', '{"a"', 'tru'])
      for (const character of ['é', '名', '😀'])
        assert.equal(
          recogniser.advance(stateAfter(recogniser, before), bytesOf(character).subarray(0, 1)),
          undefined,
          before,
        );
    assert.ok(recogniser.advance(stateAfter(recogniser, '"'), Uint8Array.of(0xf0)) !== undefined);
  });

  it('waits with the end of a file and with text for the rest of a character', async () => {
    const { recogniser } = await subjectFor('typescript');
    const half = recogniser.advance(stateAfter(recogniser, 'a //'), Uint8Array.of(0xf0, 0x9f))!;
    assert.deepEqual(half.partial, [0xf0, 0x9f]);
    assert.ok(!recogniser.mayEnd(half));
    assert.equal(recogniser.feed(half, 'b'), undefined);
    assert.equal(recogniser.forced(half), '');
    assert.equal(recogniser.advance(half, Uint8Array.of(0x28)), undefined);
    const whole = recogniser.advance(half, Uint8Array.of(0x98, 0x80, 0x0a))!;
    assert.ok(recogniser.mayEnd(whole));
  });

  it('takes no bytes that are no text', async () => {
    const { recogniser } = await subjectFor('typescript');
    const state = stateAfter(recogniser, '"');
    for (const bytes of [[0x80], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xff], [0xc3, 0x28]])
      assert.equal(recogniser.advance(state, Uint8Array.from(bytes)), undefined, String(bytes));
  });
});
