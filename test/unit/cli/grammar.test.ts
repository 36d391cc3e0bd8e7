// What the grammar command tells of a place: the model is a table, the grammars are those that ship.
import assert from 'node:assert/strict';
import { drawGrammar } from '../../../src/cli/drawGrammar.ts';
import { type GrammarReport, grammarAt, type TokenVerdict } from '../../../src/cli/grammar.ts';
import { requestFor, scriptedSession } from '../../support/check.ts';
import { says } from '../../support/scriptedModel.ts';

/** The report at the ‸ of `source`, where the model would say `said`. */
async function reportAt(source: string, said: string, language = 'typescript'): Promise<GrammarReport> {
  const { session } = await scriptedSession(says({ [source.slice(0, source.indexOf('‸'))]: said }));
  return grammarAt(session, requestFor(source, { language }));
}

/** The first choice of the model, which is what it would say. */
async function firstAt(source: string, said: string, language?: string): Promise<TokenVerdict> {
  return (await reportAt(source, said, language)).tokens[0]!;
}

const names = (terminals: readonly { readonly name: string }[]): readonly string[] => terminals.map(({ name }) => name);

describe('the grammar of a place', () => {
  it('is how the text is read and what can follow', async () => {
    const { coverage, parser, suffixFollows } = await reportAt('const a = { b: [1, ‸] };\n', '2');
    assert.equal(coverage, 'whole');
    assert.equal(suffixFollows, true);
    assert.equal(parser?.readings[0]?.openText, '');
    assert.deepEqual(parser?.open, []);
    assert.ok(names(parser!.next).includes('identifier'));
    assert.ok(names(parser!.next).includes(']'));
    assert.ok(!names(parser!.next).includes(')'));
  });

  it('is what an unfinished token can become, and what can follow it', async () => {
    const { parser } = await reportAt('const a = nu‸\n', 'll');
    assert.equal(parser?.readings[0]?.openText, 'nu');
    assert.ok(names(parser!.open).includes('identifier'));
    assert.ok(names(parser!.open).includes('null'));
    assert.ok(names(parser!.next).includes('instanceof'));
    const unended = (await reportAt('{ "a": tr‸ }', 'ue', 'json')).parser;
    assert.deepEqual(names(unended!.open), ['true']);
    assert.deepEqual(unended!.next, []);
  });

  it('is the text that has to come', async () => {
    assert.equal((await reportAt('{ "a" ‸ }', ': 1', 'json')).parser?.forced, ':');
  });

  it('names the character that has no place, and what had one', async () => {
    const { text, legal, reason } = await firstAt('const a = f(b ‸\n', '];');
    assert.equal(text, '];');
    assert.equal(legal, false);
    assert.ok(reason?.kind === 'grammar');
    assert.equal(reason.before, '');
    assert.equal(reason.character, ']');
    assert.ok(names(reason.possible).includes(')'));
  });

  it("names Python's indentation where that is the reason", async () => {
    const { reason } = await firstAt('if a:\n    b()\n  ‸\n', 'c()', 'python');
    assert.ok(reason?.kind === 'grammar');
    assert.equal(reason.isIndentation, true);
  });

  it('holds a file to its tabs or spaces', async () => {
    const { reason } = await firstAt('function f() {\n  a();\n  b();\n‸}\n', '\tc();');
    assert.deepEqual(reason, { kind: 'tabsOrSpaces' });
  });

  it('does not let a completion end where the text after the cursor cannot follow', async () => {
    assert.deepEqual((await firstAt('const a = f(b, ‸;\n', '')).reason, { kind: 'end' });
    assert.equal((await firstAt('const a = f(b);‸\n', '')).legal, true);
  });

  it('goes on behind what the document has there already', async () => {
    const { decodedAgain, tokens } = await reportAt('const value = other‸;\n', '.length');
    assert.equal(decodedAgain, '');
    assert.match(tokens[0]!.text, /^\./);
  });

  it('is little in a damaged file and nothing without a grammar', async () => {
    const damaged = await reportAt('function f( {{ ] \n  g(‸\n', '1');
    assert.ok(damaged.coverage === 'soft' || damaged.coverage === 'anchored');
    const none = await reportAt('a b ‸', 'c', 'plaintext');
    assert.equal(none.coverage, 'none');
    assert.equal(none.parser, undefined);
    assert.ok(none.tokens.every(({ legal }) => legal));
  });

  it('is drawn as lines of text', async () => {
    const lines = drawGrammar(await reportAt('const a = f(b ‸);\n', ']')).split('\n');
    assert.match(lines[0]!, /^language +typescript$/);
    assert.match(lines[1]!, /^coverage +whole/);
    assert.match(lines[2]!, /^read +state \d+, between tokens/);
    const first = lines[lines.indexOf('') + 1]!;
    assert.match(first, /^ +\d+\.\d % +"\]" +not legal: it cannot stand here, where .+ and \d+ more can$/);
  });
});
