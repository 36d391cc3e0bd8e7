import assert from 'node:assert/strict';
import { importsFor } from '../../../src/engine/imports.ts';
import { noOracle } from '../../../src/language/noOracle.ts';
import type { Oracle, Place } from '../../../src/language/oracle.ts';
import type { TextChange } from '../../../src/protocol/messages.ts';
import { cut } from '../../support/check.ts';
import { type OracleScript, scriptedOracle, somewhere } from '../../support/scriptedOracle.ts';

const { signal } = new AbortController();
const insert = (line: number, character: number, text: string): TextChange => ({
  startLine: line,
  startCharacter: character,
  endLine: line,
  endCharacter: character,
  text,
});

/** Imports by an oracle that writes them at the top, for names that begin with a capital. */
const atTop = (name: string): readonly TextChange[] | undefined =>
  /^[A-Z]/.test(name) ? [insert(0, 0, `import ${name}\n`)] : undefined;

/** The document with `accepted` at the mark, and with the edits made. */
async function imported(
  source: string,
  accepted: string,
  oracle: Oracle = scriptedOracle({ names: {}, imports: atTop }),
): Promise<string> {
  const { prefix: before, suffix: after } = cut(source);
  const question = { document: somewhere, language: 'typescript', before, accepted, after };
  const changes = await importsFor(oracle, question, signal, 50);
  const lines = before + accepted + after;
  return [...changes].reverse().reduce(changed, lines);
}

function changed(text: string, { startLine, startCharacter, endLine, endCharacter, text: put }: TextChange): string {
  const offset = (line: number, character: number): number =>
    text.split('\n').slice(0, line).join('\n').length + (line > 0 ? 1 : 0) + character;
  return text.slice(0, offset(startLine, startCharacter)) + put + text.slice(offset(endLine, endCharacter));
}

/** Oracle that also keeps what it was asked. */
function asking(script: Partial<OracleScript> = {}) {
  const asked: [string, Place][] = [];
  const scripted = scriptedOracle({ names: {}, imports: atTop, ...script });
  const oracle: Oracle = {
    ...scripted,
    importOf: (place, name, until) => {
      asked.push([name, place]);
      return scripted.importOf(place, name, until);
    },
  };
  return { oracle, asked };
}

describe('imports of an accepted text', () => {
  it('are what the oracle says of its names', async () =>
    assert.equal(await imported('a\nlet x = ‸;\n', 'new Circle(y)'), 'import Circle\na\nlet x = new Circle(y);\n'));

  it('are asked for at the name, with the whole document around it', async () => {
    const { oracle, asked } = asking();
    await imported('a\nlet x = new Cir‸;\nb\n', 'cle(Radius)', oracle);
    assert.deepEqual(
      asked.map(([name, { before, after, typed, isWhole }]) => [name, before, after, typed, isWhole]),
      [
        ['Circle', 'a\nlet x = new ', '(Radius);\nb\n', 0, true],
        ['Radius', 'import Circle\na\nlet x = new Circle(', ');\nb\n', 0, true],
      ],
    );
  });

  it('come one upon another', async () =>
    assert.equal(await imported('‸\n', 'f(One, Two)'), 'import Two\nimport One\nf(One, Two)\n'));

  it('may change one and the same line', async () => {
    const imports = (name: string) => (name === 'f' ? undefined : [insert(0, 9, `, ${name}`)]);
    const oracle = scriptedOracle({ names: {}, imports });
    assert.equal(await imported('import { A } from a\n‸', 'f(B, C)', oracle), 'import { , C, BA } from a\nf(B, C)');
  });

  it('may stand behind the text', async () => {
    const oracle = scriptedOracle({ names: {}, imports: (name) => (name === 'A' ? [insert(1, 0, '// A\n')] : []) });
    assert.equal(await imported('x(‸)\ny\n', 'A', oracle), 'x(A)\n// A\ny\n');
  });

  it('stand on both sides, counted in the document as it is', async () => {
    const oracle = scriptedOracle({
      names: {},
      imports: (name) => (name === 'A' ? [insert(0, 0, 'top\n'), insert(0, 4, ' // A')] : undefined),
    });
    assert.equal(await imported('x(‸)\ny\n', 'A', oracle), 'top\nx(A) // A\ny\n');
  });

  it('never change the text itself', async () => {
    const oracle = scriptedOracle({ names: {}, imports: () => [insert(0, 3, 'a.')] });
    assert.equal(await imported('x(‸)\n', 'Abc', oracle), 'x(Abc)\n');
  });

  it('are asked for first where the document does not have the name yet, and for eight at most', async () => {
    const { oracle, asked } = asking();
    await imported('A B\n‸\n', 'f(A, B, C, D, E, F, G, H, I)', oracle);
    assert.deepEqual(
      asked.map(([name]) => name),
      ['f', 'C', 'D', 'E', 'F', 'G', 'H', 'I'],
    );
  });

  it('are those that came in time', async () => {
    const delay = (before: string) => (before.endsWith('f(One, ') ? 'never' : 0);
    const oracle = scriptedOracle({ names: {}, imports: atTop, delay });
    assert.equal(await imported('‸\n', 'f(One, Two)', oracle), 'import One\nf(One, Two)\n');
  });

  it('are none where nobody knows the language, and none in a string', async () => {
    assert.equal(await imported('‸\n', 'Circle', noOracle), 'Circle\n');
    assert.equal(await imported("log('‸')\n", 'a Circle'), "log('a Circle')\n");
  });
});
