// What servers that are not installed here say, in the shapes in which they say it.
import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import type { ServerKind } from '../../../src/language/servers.ts';
import { fakeServer } from '../../support/fakeLanguageServer.ts';
import { OracleBench } from '../../support/oracleBench.ts';

describe('answers of language servers', function () {
  this.timeout(20_000);
  const benches: OracleBench[] = [];
  const bench = (name: ServerKind['name'], answers: Readonly<Record<string, unknown>>): OracleBench => {
    const made = new OracleBench(tmpdir(), { programs: { [name]: fakeServer({ answers }) } });
    benches.push(made);
    return made;
  };
  const completion = (items: readonly object[], isIncomplete = false) => ({
    'textDocument/completion': { isIncomplete, items },
  });
  afterEach(() => {
    for (const { oracle } of benches.splice(0)) oracle.dispose();
  });

  it('gopls: names, members of packages that are not imported, counts', async () => {
    const asked = bench('gopls', {
      ...completion([
        { label: 'Println', kind: 3, detail: 'func(a ...any) (n int, err error)', insertText: 'Println' },
        { label: 'for', kind: 14 },
        { label: 'Max', kind: 3, detail: 'func(x, y float64) float64 (from "math")', additionalTextEdits: [{}] },
      ]),
      'textDocument/signatureHelp': {
        signatures: [
          {
            label: 'Printf(format string, a ...any) (n int, err error)',
            parameters: [{ label: 'format string' }, { label: 'a ...any' }],
          },
          { label: 'Pair(x int, y int)', parameters: [{ label: 'x int' }, { label: 'y int' }] },
        ],
        activeSignature: 0,
        activeParameter: 1,
      },
    });
    const names = await asked.names('fmt.‸', { language: 'go' });
    assert.deepEqual(
      names?.names.map(({ text, importedFrom }) => [text, importedFrom]),
      [
        ['Println', undefined],
        ['Max', 'math'],
      ],
    );
    assert.equal(names?.isClosed, true);
    // One call may stand for all arguments, so that one is enough.
    assert.equal(await asked.counts('fmt.Printf(x, y, ‸)', { language: 'go' }), '1-; 1-2 @ 2');
  });

  it('rust-analyzer: labels with brackets, macros, traits to import, lists that go on', async () => {
    const asked = bench(
      'rust-analyzer',
      completion(
        [
          { label: 'into_iter()', filterText: 'into_iter', kind: 2 },
          { label: 'push(…)', kind: 2, labelDetails: { detail: '', description: 'fn(&mut self, T)' } },
          { label: 'vec!', kind: 3 },
          { label: 'write_str(…)', kind: 2, labelDetails: { detail: ' (use std::fmt::Write)' } },
          { label: 'match', kind: 15 },
        ],
        true,
      ),
    );
    const names = await asked.names('v.‸', { language: 'rust' });
    assert.deepEqual(
      names?.names.map(({ text, importedFrom }) => [text, importedFrom]),
      [
        ['into_iter', undefined],
        ['push', undefined],
        ['vec', undefined],
        ['write_str', 'std::fmt::Write'],
      ],
    );
    assert.equal(names?.isClosed, false);
    assert.equal(await asked.call('f(‸)', { language: 'rust' }), undefined);
  });

  it('clangd: labels with blanks, bullets and signatures, operators, destructors', async () => {
    const asked = bench(
      'clangd',
      completion([
        { label: ' push_back(const T &x)', filterText: 'push_back', insertText: 'push_back', kind: 2 },
        { label: '•vector<T>', insertText: 'vector', kind: 7, additionalTextEdits: [{ newText: '#include <vector>' }] },
        { label: ' operator==(const T &x)', filterText: 'operator==', kind: 2 },
        { label: ' operator()(int x)', filterText: 'operator()', kind: 2 },
        { label: ' ~Shape()', filterText: '~Shape', kind: 2 },
        { label: ' size() const', kind: 2 },
      ]),
    );
    assert.equal(await asked.words('shape.‸', { language: 'cpp' }), 'push_back size vector');
  });

  it('pyright: quoted literals and keyword arguments', async () => {
    const asked = bench(
      'pyright',
      completion(
        [
          { label: "'a b'", kind: 21 },
          { label: 'key=', kind: 6 },
        ],
        true,
      ),
    );
    assert.equal(await asked.words("f('‸')", { language: 'python', site: 'string' }), 'a b key= …');
    assert.equal(await asked.words('f(‸)', { language: 'python', site: 'scope' }), 'key …');
  });
});
