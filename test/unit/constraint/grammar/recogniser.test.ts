// What may follow in each language, at the first character at which nothing can: the texts in test/fixtures/grammar.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import type { Recogniser } from '../../../../src/constraint/grammar/recogniser.ts';
import { readTexts, type Subject, stateAfter, subjectFor } from '../../../support/grammarText.ts';

const folder = new URL('../../../fixtures/grammar/', import.meta.url);

for (const file of readdirSync(folder)) {
  const language = file.replace('.txt', '');
  describe(`the recogniser of ${language}`, () => {
    let subject: Subject;
    before(async () => {
      subject = await subjectFor(language);
    });

    for (const { title, check } of readTexts(readFileSync(new URL(file, folder), 'utf8')))
      it(title, () => check(subject));
  });
}

describe('the recogniser', () => {
  const long = 'a'.repeat(20_000);

  /** The state after texts that are fed whole. */
  const behind = (recogniser: Recogniser, ...texts: string[]) =>
    texts.reduce((state, text) => recogniser.feed(state, text) ?? assert.fail(text), recogniser.initial);

  it('reads tokens of any length', async () => {
    const { recogniser: typescript } = await subjectFor('typescript');
    const inComment = behind(typescript, `let ${long} = "${long}" /* ${long}\n`);
    assert.ok(!typescript.mayEnd(inComment));
    const inTemplate = typescript.feed(inComment, `*/ + \`${long}`);
    assert.ok(inTemplate !== undefined && !typescript.mayEnd(inTemplate));
    assert.equal(typescript.feed(inTemplate, `${long}\${]`), undefined);

    const { recogniser: python } = await subjectFor('python');
    const inString = behind(python, `${long} = """${long}\n${long}""" # ${long}\nf"${long}{`);
    assert.ok(!python.mayEnd(inString));
    assert.equal(python.feed(inString, `${long}"`), undefined);
  });

  it('goes as deep as a text does', async () => {
    const { recogniser } = await subjectFor('typescript');
    const shut = behind(recogniser, '('.repeat(5_000), `a${')'.repeat(5_000)}`);
    assert.ok(recogniser.mayEnd(shut));
    assert.equal(recogniser.feed(shut, ')'), undefined);
  });

  it('lists the terminals that can follow', async () => {
    const { recogniser } = await subjectFor('json');
    const names = (text: string): string => {
      const found = recogniser.terminals(stateAfter(recogniser, text));
      const named = found.map((terminal) => recogniser.tables.symbolNames[terminal]!);
      return named
        .filter((name) => name !== 'comment')
        .sort()
        .join(' ');
    };
    assert.equal(names('{'), '" }');
    assert.equal(names('{"a"'), ':');
    assert.equal(names('{"a":'), '" [ false null number true {');
    assert.equal(names('{"a": 1 '), ', }');
    assert.equal(names('[1, '), '" [ false null number true {');
    assert.equal(names('["'), '" escape_sequence string_content');
    assert.equal(names('["a'), 'string_content');
    assert.equal(names('[tr'), 'true');
    assert.equal(names('['), '" [ ] false null number true {');
    assert.equal(names(' '), '" [ end false null number true {');
  });
});
