// What holds of the recogniser wherever a text is cut and whatever was read before.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { type ParserState, stateKey } from '../../../../src/constraint/grammar/parserState.ts';
import { Recogniser } from '../../../../src/constraint/grammar/recogniser.ts';
import type { Tokenizer } from '../../../../src/model/tokenizer.ts';
import { mutate } from '../../../bench/grammar/mutants.ts';
import { seededRandom } from '../../../bench/random.ts';
import { embeddedTokenizer } from '../../../support/embeddedTokenizer.ts';
import { firstClassLanguages, repositoryFile, sourceLanguages, sourcesOf } from '../../../support/grammarSources.ts';
import { subjectFor } from '../../../support/grammarText.ts';

const utf8 = new TextEncoder();

describe('a state of the recogniser', () => {
  let tokenizer: Tokenizer;
  before(async () => {
    tokenizer = await embeddedTokenizer();
  });

  /** The state after pieces of text or bytes; undefined where nothing can follow. */
  const behind = (recogniser: Recogniser, pieces: Iterable<string | Uint8Array>): ParserState | undefined => {
    let state: ParserState | undefined = recogniser.initial;
    for (const piece of pieces) {
      if (state === undefined) return undefined;
      state = typeof piece === 'string' ? recogniser.feed(state, piece) : recogniser.advance(state, piece);
    }
    return state;
  };
  /** Equal keys, or equal answers: stacks that met at other places have other names. */
  const areSame = (recogniser: Recogniser, one: ParserState | undefined, other: ParserState | undefined): boolean => {
    if (one === undefined || other === undefined) return one === other;
    const answersOf = (state: ParserState): string =>
      [recogniser.mayEnd(state), recogniser.forced(state), ...recogniser.terminals(state)].join();
    return stateKey(one) === stateKey(other) || answersOf(one) === answersOf(other);
  };
  const bytesOf = (text: string): Uint8Array[] =>
    tokenizer.encode(text).map((token) => tokenizer.vocabulary.bytesOf(token));
  /** `whole` cut behind every one of `lengths` in turn. */
  const pieces = <Text extends string | Uint8Array>(whole: Text, lengths: readonly number[]): Text[] => {
    const cut: Text[] = [];
    for (let at = 0, i = 0; at < whole.length; i++) {
      const end = Math.min(whole.length, at + lengths[i % lengths.length]!);
      cut.push(whole.slice(at, end) as Text);
      at = end;
    }
    return cut;
  };

  for (const language of sourceLanguages) {
    it(`is the same however the text of ${language} came`, async () => {
      const subject = await subjectFor(language);
      const recogniser = new Recogniser(subject.recogniser.tables, subject.scanner);
      for (const source of sourcesOf(language)) {
        const lengths = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 });
        fc.assert(
          fc.property(fc.nat(source.length), lengths, (end, cuts) => {
            const text = source.slice(0, end);
            if (!text.isWellFormed()) return;
            const expected = behind(recogniser, [text]);
            assert.ok(expected !== undefined);
            assert.ok(areSame(recogniser, behind(recogniser, pieces(text, cuts)), expected));
            assert.ok(areSame(recogniser, behind(recogniser, pieces(utf8.encode(text), cuts)), expected));
            assert.ok(areSame(recogniser, behind(recogniser, bytesOf(text)), expected));
          }),
          { numRuns: 12, seed: 1 },
        );
        assert.ok(areSame(recogniser, behind(recogniser, source), behind(recogniser, [source])));
      }
    });
  }

  it('is left as it was by what is fed from it', async () => {
    for (const language of firstClassLanguages) {
      const { recogniser } = await subjectFor(language);
      const [source] = sourcesOf(language);
      const others = ['}', ')', '\n\n', '"', '`', ' x', '1', '/*', ':\n  y', '<', ' = ', '${', 'é', '\u0000'];
      for (let at = 0; at < source!.length; at += 97) {
        const state = behind(recogniser, [source!.slice(0, at)])!;
        const key = stateKey(state);
        const rest = source!.slice(at, at + 50);
        const next = recogniser.feed(state, rest);
        for (const other of others) recogniser.feed(state, other);
        recogniser.mayEnd(state);
        recogniser.terminals(state);
        recogniser.forced(state);
        assert.equal(stateKey(state), key);
        assert.equal(stateKey(recogniser.feed(state, rest)!), stateKey(next!));
      }
    }
  });

  it('outlives what is remembered of it', async () => {
    const subject = await subjectFor('typescript');
    const recogniser = new Recogniser(subject.recogniser.tables, subject.scanner);
    const old = behind(recogniser, ['function f(a: number) {\n  if (a < 1) {\n    g(`${'])!;
    // more nodes than those after which memories are dropped
    assert.ok(behind(recogniser, ['['.repeat(120_000)]) !== undefined);
    assert.ok(recogniser.nodesMade > 110_000);
    const end = recogniser.feed(old, 'a}`);\n  }\n}\n');
    assert.ok(end !== undefined && recogniser.mayEnd(end));
    assert.equal(recogniser.feed(old, 'a]'), undefined);
  });
});

describe('prefixes of what is right', () => {
  it("are taken at every token boundary of this repository's sources", async () => {
    const { vocabulary, encode } = await tokenizerParts();
    const folder = new URL('../../../../src/', import.meta.url);
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
    const { recogniser } = await subjectFor('typescript');
    // a third of them: all are read by the bench
    for (const path of files.sort().filter((_, index) => index % 3 === 0)) {
      let state = recogniser.initial;
      for (const [index, token] of encode(repositoryFile(`src/${path}`)).entries())
        state = recogniser.advance(state, vocabulary.bytesOf(token), true) ?? assert.fail(`${path}, token ${index}`);
      assert.ok(recogniser.mayEnd(state), path);
    }
    assert.equal(recogniser.dropped, 0);
  });

  it('are taken at every token boundary, and end where they end, in other languages', async () => {
    const { vocabulary, encode } = await tokenizerParts();
    for (const language of sourceLanguages) {
      const { recogniser } = await subjectFor(language);
      for (const source of sourcesOf(language)) {
        let state = recogniser.initial;
        for (const [index, token] of encode(source).entries())
          state =
            recogniser.advance(state, vocabulary.bytesOf(token), true) ?? assert.fail(`${language}, token ${index}`);
        assert.ok(recogniser.mayEnd(state), language);
      }
    }
  });

  const tokenizerParts = async () => {
    const tokenizer = await embeddedTokenizer();
    return { vocabulary: tokenizer.vocabulary, encode: (text: string) => tokenizer.encode(text) };
  };
});

describe('a file', () => {
  for (const language of firstClassLanguages) {
    it(`of ${language} may end where tree-sitter finds no error`, async () => {
      const { recogniser, syntax } = await subjectFor(language);
      const sources = sourcesOf(language).filter(({ length }) => length < 3000);
      const random = seededRandom(7);
      let right = 0;
      for (let i = 0; i < 200; i++) {
        const mutant = mutate(sources, random);
        if (mutant === undefined) continue;
        const { text } = mutant;
        const state = recogniser.feed(recogniser.initial, text);
        const mayEnd = state !== undefined && recogniser.mayEnd(state);
        assert.equal(mayEnd, syntax.errors(text) === 0, JSON.stringify({ ...mutant.edit, text }));
        if (mayEnd) right++;
      }
      assert.ok(right > 5 && right < 195, `${right} of 200 are right`);
    });
  }
});

describe('the terminals that can follow', () => {
  it('are those that can follow, in JSON', async () => {
    const { recogniser } = await subjectFor('json');
    const { terminalCount, symbolNames } = recogniser.tables;
    const outside: Record<string, string> = { number: '1', comment: '/**/' };
    for (const name of ['{', '}', '[', ']', ',', ':', '"', 'true', 'false', 'null']) outside[name] = name;
    const inside: Record<string, string> = { string_content: 'a', escape_sequence: '\\n', '"': '"' };
    const names = new Set([...Object.keys(outside), ...Object.keys(inside)]);
    assert.deepEqual(
      symbolNames.slice(1, terminalCount).filter((name) => !names.has(name)),
      [],
    );

    const source =
      '{ " a \\n " : [ 1 , -2.5 , { " b " : true } , " " , " c " ] , " d " : { " e " : null } } /**/ [ 0 ]';
    let state: ParserState = recogniser.initial;
    let isInString = false;
    for (const [index, token] of source.split(' ').entries()) {
      const found = new Set(recogniser.terminals(state).map((terminal) => symbolNames[terminal]!));
      // content that was begun goes on as content
      const isOpen: boolean = state.readings[0]!.lexeme !== undefined;
      const samples: Record<string, string> = !isInString ? outside : isOpen ? {} : inside;
      for (const [name, sample] of Object.entries(samples)) {
        const follows: boolean = recogniser.feed(state, sample) !== undefined;
        assert.equal(found.has(name), follows, `${name} before token ${index}, ${token}`);
      }
      assert.equal(found.has(symbolNames[0]!), recogniser.mayEnd(state), `the end before token ${index}`);
      if (token === '"') isInString = !isInString;
      // a blank ends a number or a word
      state = recogniser.feed(state, isInString ? token : `${token} `) ?? assert.fail(token);
    }
  });

  it('can follow, where they are literals', async () => {
    for (const language of ['typescript', 'javascript', 'python', 'go', 'java'] as const) {
      const { recogniser } = await subjectFor(language);
      const { literal, symbolNames } = recogniser.tables;
      for (const source of sourcesOf(language).slice(0, 1))
        for (let at = 0; at < source.length; at += 3) {
          // behind a line end nothing is open
          if (!/[\s({[;,]/.test(source[at]!)) continue;
          const state = recogniser.feed(recogniser.initial, source.slice(0, at + 1));
          assert.ok(state !== undefined);
          if (state.readings.some(({ lexeme, scan }) => lexeme?.start === 0 || scan !== undefined)) continue;
          for (const terminal of recogniser.terminals(state)) {
            const name = symbolNames[terminal]!;
            if (literal[terminal] === 0) continue;
            assert.ok(recogniser.feed(state, name) !== undefined, `${name} after ${source.slice(0, at + 1)}`);
          }
        }
    }
  });
});
