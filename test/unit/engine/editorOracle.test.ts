import assert from 'node:assert/strict';
import type { CancellationToken } from 'vscode-jsonrpc/node';
import { EditorOracle } from '../../../src/engine/editorOracle.ts';
import type { NameSite, Place } from '../../../src/language/oracle.ts';
import type { EditorNames, NamesQuestion } from '../../../src/protocol/messages.ts';
import { somewhere } from '../../support/scriptedOracle.ts';

const document = { ...somewhere, version: 7, line: 2, character: 9 };
const place: Place = { document, language: 'java', before: 'shape.', after: '', isWhole: true, typed: 2 };
const area: EditorNames = { names: [{ text: 'area', kind: 2 }], isComplete: true };

/** An oracle whose editor answers with `answer`, and what the editor was asked. */
function oracleOf(answer: (token: CancellationToken) => Promise<EditorNames | null>) {
  const asked: NamesQuestion[] = [];
  const oracle = new EditorOracle((question, token) => {
    asked.push(question);
    return answer(token);
  });
  const { signal } = new AbortController();
  const names = (at: Partial<Place> = {}, site: NameSite = 'member', until = signal) =>
    oracle.names({ ...place, ...at }, site, until);
  return { oracle, asked, names };
}

describe('the editor as an oracle', () => {
  it('is asked about its own cursor', async () => {
    const { asked, names } = oracleOf(async () => area);
    assert.deepEqual(await names(), {
      names: [{ text: 'area', kind: 2, detail: undefined, importedFrom: undefined }],
      isClosed: true,
    });
    assert.deepEqual(asked, [{ uri: somewhere.uri, version: 7, line: 2, character: 9, typed: 2 }]);
  });

  it('is not asked about what no editor shows, or about other names than members', async () => {
    const { asked, names } = oracleOf(async () => area);
    assert.equal(await names({ typed: -3 }), undefined);
    assert.equal(await names({ document: somewhere }), undefined);
    assert.equal(await names({}, 'scope'), undefined);
    assert.deepEqual(asked, []);
  });

  it('takes a list for whole where it is said to be, and objects have what they declare', async () => {
    const isClosed = async (answer: EditorNames, language = 'java') =>
      (await oracleOf(async () => answer).names({ language }))?.isClosed;
    assert.equal(await isClosed(area), true);
    assert.equal(await isClosed({ ...area, isComplete: false }), false);
    assert.equal(await isClosed(area, 'javascript'), false);
  });

  it('knows nothing where the editor does not, fails or is not asked in time', async () => {
    assert.equal(await oracleOf(async () => null).names(), undefined);
    assert.equal(await oracleOf(async () => ({ names: [], isComplete: true })).names(), undefined);
    assert.equal(await oracleOf(() => Promise.reject(new Error('unknown method'))).names(), undefined);
    assert.equal(await oracleOf(async () => area).names({}, 'member', AbortSignal.abort()), undefined);
  });

  it('takes a question back that nobody waits for', async () => {
    const controller = new AbortController();
    let isCancelled = false;
    const { names } = oracleOf((token) => {
      token.onCancellationRequested(() => {
        isCancelled = true;
      });
      return new Promise(() => {});
    });
    const answer = names({}, 'member', controller.signal);
    controller.abort();
    assert.equal(await answer, undefined);
    assert.ok(isCancelled);
  });

  it('counts as knowing a language until it has not answered for a while', async () => {
    const silent = oracleOf(async () => null);
    assert.equal(silent.oracle.knows(somewhere, 'java'), false);
    for (const _ of [1, 2, 3]) {
      assert.equal(silent.oracle.knows(document, 'java'), true);
      await silent.names();
    }
    assert.equal(silent.oracle.knows(document, 'java'), false);
    assert.equal(silent.oracle.knows(document, 'php'), true);
    const answers: (EditorNames | null)[] = [area, null, null, null, null];
    const known = oracleOf(async () => answers.shift() ?? null);
    for (const _ of [1, 2, 3, 4, 5]) await known.names();
    assert.equal(known.oracle.knows(document, 'java'), true);
  });
});
