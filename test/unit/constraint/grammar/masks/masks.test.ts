// Masks hold exactly the tokens that the recogniser takes, wherever a text is cut.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { GrammarMasks } from '../../../../../src/constraint/grammar/masks/masks.ts';
import type { ParserState } from '../../../../../src/constraint/grammar/parserState.ts';
import { Recogniser } from '../../../../../src/constraint/grammar/recogniser.ts';
import type { Vocabulary } from '../../../../../src/model/vocabulary.ts';
import { embeddedTokenizer } from '../../../../support/embeddedTokenizer.ts';
import { sourcesOf } from '../../../../support/grammarSources.ts';
import { subjectFor } from '../../../../support/grammarText.ts';

const encoder = new TextEncoder();

/** What a text can be cut in: tokens of every kind, an open comment, strings, templates, characters of several bytes. */
const texts: Readonly<Record<string, string>> = {
  json: '{"a": [1.5e3, -0, true, "é\\u00e9 \\n 日本"], "b": {"c": null, "": []}, "😀": [[{}]]}\n',
  typescript: [
    `const returned = a?.b ?? \`x\${y + \`n\${1}\`}é\${z}\`\n/* a comment: é */ let i = 0 // 日本 😀\n\n`,
    'if (a) { b() } else return\nfor (const k in o) in_ = k instanceof K ? /re[/]x/g : <T>(x: T) => x;\n',
    'class A { m(): void { }\n  // about n\n  n?: string }\nimport { a } from "m"\n',
  ].join(''),
};

describe('a mask', () => {
  let vocabulary: Vocabulary;
  before(async () => {
    vocabulary = (await embeddedTokenizer()).vocabulary;
  });

  interface Masked {
    readonly recogniser: Recogniser;
    readonly masks: GrammarMasks;
    readonly bits: Uint32Array;
  }
  const masked = async (language: string): Promise<Masked> => {
    const { recogniser: other, scanner } = await subjectFor(language);
    const recogniser = new Recogniser(other.tables, scanner);
    const masks = new GrammarMasks(recogniser, scanner, vocabulary);
    return { recogniser, masks, bits: new Uint32Array(masks.words) };
  };
  const stateAt = ({ recogniser }: Masked, text: string, bytes: number): ParserState => {
    const state = recogniser.advance(recogniser.initial, encoder.encode(text).subarray(0, bytes));
    return state ?? assert.fail(`the recogniser does not take ${JSON.stringify(text)} to its byte ${bytes}`);
  };
  const isIn = ({ bits }: Masked, token: number): boolean => ((bits[token >>> 5]! >>> (token & 31)) & 1) === 1;
  const isTaken = ({ recogniser }: Masked, state: ParserState, token: number): boolean =>
    !vocabulary.isSpecial(token) && recogniser.advance(state, vocabulary.bytesOf(token)) !== undefined;
  const check = (given: Masked, state: ParserState, token: number): void =>
    assert.equal(isIn(given, token), isTaken(given, state, token), JSON.stringify(vocabulary.decode([token])));
  const checkAll = (given: Masked, state: ParserState): void => {
    given.masks.fillMask(state, given.bits);
    for (let token = 0; token < vocabulary.size; token++) check(given, state, token);
  };

  for (const language of ['json', 'typescript']) {
    it(`has the tokens that can go on with ${language}, wherever it is cut, and no other`, async () => {
      const given = await masked(language);
      for (const text of [texts[language]!, ...sourcesOf(language)]) {
        const length = encoder.encode(text).length;
        const tokens = fc.array(fc.nat(vocabulary.size - 1), { minLength: 40, maxLength: 40 });
        fc.assert(
          fc.property(fc.nat(length), tokens, (end, others) => {
            const state = stateAt(given, text, end);
            given.masks.fillMask(state, given.bits);
            const inMask = tokensIn(given.bits);
            for (const token of others) {
              check(given, state, token);
              if (inMask.length > 0) check(given, state, inMask[token % inMask.length]!);
            }
          }),
          { seed: 11, numRuns: 30 },
        );
      }
    });
  }

  const cuts: Readonly<Record<string, readonly string[]>> = {
    json: ['', '{"a": [', '{"a": 1', '"é'],
    typescript: ['x\n', 'f(`a ', 'const ret', 'a = b // c', 'import { a } '],
  };
  for (const [language, starts] of Object.entries(cuts)) {
    it(`tells every token of the vocabulary right in ${language}`, async () => {
      const given = await masked(language);
      for (const start of starts) checkAll(given, stateAt(given, start, encoder.encode(start).length));
    });
  }

  it('goes on with a character that is not complete', async () => {
    const given = await masked('json');
    for (const bytes of [2, 3, 4]) checkAll(given, stateAt(given, '"😀', bytes));
  });

  it('is the same when asked again, and clears what was in the bits', async () => {
    const given = await masked('json');
    const [one, other] = [stateAt(given, '{', 1), stateAt(given, '{"a"', 4)];
    given.masks.fillMask(one, given.bits);
    const first = given.bits.slice();
    given.masks.fillMask(other, given.bits);
    assert.notDeepEqual(given.bits, first);
    given.masks.fillMask(one, given.bits);
    assert.deepEqual(given.bits, first);
  });
});

function tokensIn(bits: Uint32Array): number[] {
  const tokens: number[] = [];
  for (const [word, value] of bits.entries())
    for (let rest = value; rest !== 0; rest &= rest - 1) tokens.push(word * 32 + 31 - Math.clz32(rest & -rest));
  return tokens;
}
