// The whole flow under a grammar, on a scripted model: what a user sees where the model would break the file.
import assert from 'node:assert/strict';
import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Grammars } from '../../../src/constraint/grammar/grammars.ts';
import { Session } from '../../../src/engine/session.ts';
import type { CompletionRequest } from '../../../src/protocol/messages.ts';
import { grammarsPath } from '../../support/built.ts';
import { ask, requestFor, screen, scriptedSession } from '../../support/check.ts';
import { says } from '../../support/scriptedModel.ts';
import { inTemporaryFolder } from '../../support/temporaryFolder.ts';

const python: Partial<CompletionRequest> = { language: 'python', path: 'a.py' };
const json: Partial<CompletionRequest> = { language: 'json', path: 'a.json' };

/** What the screen shows where the model says `said` behind `after`, the most probable first. */
const shows = async (after: string, said: string | readonly string[], source: string, expected: string, changes = {}) =>
  assert.equal(await screen(says({ [after]: said }), source, changes), expected);

/** The outcome of that. */
async function outcomeOf(said: string | readonly string[], source: string, changes: Partial<CompletionRequest> = {}) {
  const [before] = source.split('‸');
  const { session } = await scriptedSession(says({ [before!.slice(-8)]: said }));
  const outcome = await ask(session, requestFor(source, changes));
  assert.ok(outcome.outcome === 'done');
  return outcome;
}

describe('a completion under a grammar', () => {
  it('closes what the model would leave open', async () => {
    await shows('const a =', [' f(x', ' f(x)'], 'const a =‸\n', 'const a =[ f(x)]\n');
    await shows('const a =', [' f([x', ' f([x])'], 'const a =‸\nb();\n', 'const a =[ f([x])]\nb();\n');
    await shows('const a =', [' "b', ' "b"'], 'const a =‸\n', 'const a =[ "b"]\n');
    await shows('"a":', [' [1, 2\n', ' [1, 2]\n'], '{\n  "a":‸\n}\n', '{\n  "a":[ [1, 2]]\n}\n', json);
    await shows('a = ', ['g(1;\n', 'g(1);\n'], 'fn f() {\n    let a = ‸\n}\n', 'fn f() {\n    let a = [g(1);]\n}\n', {
      language: 'rust',
      path: 'a.rs',
    });
  });

  it('does not end a line where something is open', async () => {
    await shows('const a =', [' f(x\n', ' f(x)\n'], 'const a =‸\n', 'const a =[ f(x)]\n');
    await shows('x = f(', ['a b)\n', 'a, b)\n'], 'x = f(‸\n', 'x = f([a, b)]\n', python);
    await shows('a ?', [' b\n', ' b : c\n'], 'const d = a ?‸ : c;\n', 'const d = a ?[ b] : c;\n');
  });

  it('is cut where it would be left open and is not closed', async () => {
    await shows('const a =', ' f(x', 'const a =‸\n', 'const a =[ f]\n');
    await shows('x =', [' 1 +\n'], 'x =‸\ny = 2\n', 'x =[ 1]\ny = 2\n', python);
  });

  it('does not close what is closed already', async () => {
    await shows('{\n  ', 'b();\n}\n}\n', 'if (a) {\n  ‸\n}\n', 'if (a) {\n  [b();]\n}\n');
    await shows('if (a) {', '\n  b();\n}\n}\n', 'if (a) {‸\n}\n', 'if (a) {[\n  b();]\n}\n');
    await shows('b(', ['a)));\n', 'a));\n'], 'foo(b(‸));\n', 'foo(b([a]));\n');
    await shows('const x = [', ['1]]\n', '1]\n'], 'const x = [‸]\n', 'const x = [[1]]\n');
    await shows('if (', ['a {\n', 'a) {\n'], 'if (‸) {\n  b();\n}\n', 'if ([a]) {\n  b();\n}\n');
  });

  it('takes the next token that may stand where the most probable may not', async () => {
    await shows('const a =', [' b c;\n', ' b;\n'], 'const a =‸\n', 'const a =[ b;]\n');
    await shows('class A {\n  ', ['let b = 1;\n', 'b = 1;\n'], 'class A {\n  ‸\n}\n', 'class A {\n  [b = 1;]\n}\n');
    await shows('import { a } ', ["form 'b';\n", "from 'b';\n"], 'import { a } ‸\n', "import { a } [from 'b';]\n");
    const { counters, grammar } = await outcomeOf([' b c;\n', ' b;\n'], 'const a =‸\n');
    assert.equal(grammar, 'whole');
    assert.equal(counters.interventions, 1);
    assert.ok(counters.constraintChecks > 0);
  });

  it('takes back a token that leads nowhere', async () => {
    await shows('const a =', [' f(];\n', ' f;\n'], 'const a =‸\n', 'const a =[ f;]\n');
    await shows('const a =', [' f(x y z\n', ' f + 1;\n'], 'const a =‸\n', 'const a =[ f + 1;]\n');
  });

  it('shows nothing where all that the model says breaks the file', async () => {
    await shows('const a =', ' ] ] ] ;\n', 'const a =‸\n', 'const a =‸\n');
    await shows('"a": 1', [',\n', '\n'], '{\n  "a": 1‸\n}\n', '{\n  "a": 1‸\n}\n', json);
  });

  it('does not change what the model says rightly', async () => {
    const { drafts, counters } = await outcomeOf(' b.map(([c]) => `c`);\n', 'const a =‸\n');
    assert.equal(drafts[0]?.text, ' b.map(([c]) => `c`);');
    assert.equal(counters.interventions, 0);
  });

  it('goes on with the block that its line opens, where nothing after the cursor closes it', async () => {
    const model = '{\n  return 1;\n}\n';
    await shows('function f() ', model, 'function f() ‸\n', 'function f() [{\n  return 1;\n}]\n');
    await shows('function f() ', model, 'function f() ‸\n  return 1;\n}\n', 'function f() [{]\n  return 1;\n}\n');
  });

  it('indents as the file does', async () => {
    const beginning = (indentation: string): string => `function g() {\n${indentation}a();\n}\nfunction f() {`;
    const [tabs, spaces] = ['\n\treturn 1;\n}\n', '\n  return 1;\n}\n'];
    await shows('f() {', [spaces, tabs], `${beginning('\t')}‸`, `${beginning('\t')}[\n\treturn 1;\n}]`);
    await shows('f() {', [tabs, spaces], `${beginning('  ')}‸`, `${beginning('  ')}[\n  return 1;\n}]`);
  });

  it('lays Python out as it has to be', async () => {
    const before = 'def g(b):\n    return b\n\n\n';
    const bodies = ['\n  return a\n', '\n    return a\n'];
    await shows('def f(a):', bodies, `${before}def f(a):‸\n`, `${before}def f(a):[\n    return a]\n`, python);
    const lines = ['b()\n  c()\n', 'b()\n    c()\n'];
    await shows('if a:\n    ', lines, 'if a:\n    ‸\n', 'if a:\n    [b()\n    c()]\n', python);
  });

  it('goes on from the characters of a half-typed word', async () => {
    await shows('con', ['sole.log(x;\n', 'sole.log(x);\n'], 'con‸\n', 'con[sole.log(x);]\n');
    await shows('x = f', ['oo(a]\n', 'oo(a)\n'], 'x = f‸\n', 'x = f[oo(a)]\n');
  });

  it('holds in a file with carriage returns, and in one that begins with a byte order mark', async () => {
    await shows('x =', [' f(a\r\n', ' f(a);\n'], 'let y;\r\nlet x =‸\r\n', 'let y;\r\nlet x =[ f(a);]\r\n');
    await shows('"a":', [' [1\n', ' [1]\n'], '\ufeff{ "a":‸ }\n', '\ufeff{ "a":[ [1]] }\n', json);
  });
});

describe('how much a completion knows of the grammar', () => {
  const broken = 'function torn(a {\n  return a +;\n}\n\n';

  it('is the whole file before the cursor', async () => {
    assert.equal((await outcomeOf(' 1;\n', 'const a =‸\n')).grammar, 'whole');
  });

  it('is what stands behind damage', async () => {
    const source = `${broken}function f(b: number) {\n  return ‸\n}\n`;
    const { grammar, drafts } = await outcomeOf(['b c;\n', 'b;\n'], source);
    assert.equal(grammar, 'anchored');
    assert.equal(drafts[0]?.text, 'b;');
  });

  it('is brackets alone within damage', async () => {
    const { grammar, drafts } = await outcomeOf(['f(x];\n', 'f(x);\n'], 'const a = ];\nconst b = ‸\n');
    assert.equal(grammar, 'soft');
    assert.equal(drafts[0]?.text, 'f(x);');
    assert.equal((await outcomeOf(' 1;\n', `${broken.slice(0, 25)}‸\n`)).grammar, 'soft');
  });

  it('is nothing in a language without tables', async () => {
    const { grammar, drafts, counters } = await outcomeOf(' f(x\n', 'local a =‸\n', { language: 'lua', path: 'a.lua' });
    assert.equal(grammar, 'none');
    assert.equal(drafts[0]?.text, ' f(x');
    assert.equal(counters.interventions, 0);
    assert.equal(counters.constraintChecks, 0);
  });

  it('is nothing where it is not wanted', async () => {
    const { grammar, drafts, counters } = await outcomeOf(' f(x\n', 'const a =‸\n', { grammar: false });
    assert.equal(grammar, 'off');
    assert.equal(drafts[0]?.text, ' f(x');
    assert.equal(counters.constraintChecks, 0);
  });

  it('is what an edit leaves, on one session', async () => {
    const { session } = await scriptedSession(says({ 'return ': ['b c;\n', 'b;\n'] }));
    const coverages: string[] = [];
    for (const head of ['', broken, '', 'const a = ];\nlet c;\n', '']) {
      const outcome = await ask(session, requestFor(`${head}function f(b: number) {\n  return ‸\n}\n`));
      assert.ok(outcome.outcome === 'done');
      assert.equal(outcome.drafts[0]?.text, 'b;');
      coverages.push(outcome.grammar);
    }
    assert.deepEqual(coverages, ['whole', 'anchored', 'whole', 'anchored', 'whole']);
  });
});

describe('a completion where the grammars are damaged or gone', () => {
  const without = (damage: (folder: string) => Promise<unknown>): Promise<void> =>
    inTemporaryFolder(async (folder) => {
      await damage(folder);
      const { session: sound } = await scriptedSession(says({ 'const a =': ' f(x\n' }));
      const problems: string[] = [];
      const grammars = new Grammars(folder, join(folder, 'masks'), sound.texts, (problem) => problems.push(problem));
      const session = new Session({ ...sound, grammars });
      for (let times = 0; times < 3; times++) {
        const outcome = await ask(session, requestFor('const a =‸\n'));
        assert.ok(outcome.outcome === 'done');
        assert.equal(outcome.drafts[0]?.text, ' f(x');
        assert.equal(outcome.grammar, 'none');
      }
      assert.equal(problems.length, 1);
      assert.match(problems[0]!, /^typescript is not constrained: /);
    });

  it('comes without them, and it is said once', async () => {
    await without(async () => {});
    await without((folder) => writeFile(join(folder, 'manifest.json'), '{'));
    await without((folder) => cp(join(grammarsPath, 'manifest.json'), join(folder, 'manifest.json')));
  });
});
