import assert from 'node:assert/strict';
import { Overlays } from '../../../src/language/overlays.ts';

const shown = (uri: string, text: string, restingText = text) => ({ uri, languageId: 'typescript', text, restingText });

describe('overlays', () => {
  const told = (overlays: Overlays, nowMs: number, ...[uri, text, resting]: [string, string, string?]): string[] =>
    overlays.show(shown(uri, text, resting), nowMs).map(({ method, params }) => {
      const { textDocument, contentChanges } = params as {
        textDocument: { uri: string; version?: number };
        contentChanges?: [{ text: string }];
      };
      const version = textDocument.version === undefined ? '' : ` ${textDocument.version}`;
      const change = contentChanges ? ` '${contentChanges[0].text}'` : '';
      return `${method.replace('textDocument/did', '')} ${textDocument.uri}${version}${change}`;
    });

  it('open a document once, then tell what changed, and nothing when nothing did', () => {
    const overlays = new Overlays(8, 1000);
    assert.deepEqual(told(overlays, 0, 'a', 'let x'), ['Open a 1']);
    assert.deepEqual(told(overlays, 0, 'a', 'let xy'), ["Change a 2 'y'"]);
    assert.deepEqual(told(overlays, 0, 'a', 'let xy'), []);
    assert.deepEqual(told(overlays, 0, 'a', 'let y'), ["Change a 3 ''"]);
  });

  it('take out of other documents what was put in for a question', () => {
    const overlays = new Overlays(8, 1000);
    told(overlays, 0, 'a', 'x.palimpsest_', 'x.');
    assert.deepEqual(told(overlays, 0, 'b', ''), ["Change a 2 ''", 'Open b 1']);
    assert.deepEqual(told(overlays, 0, 'b', '1'), ["Change b 2 '1'"]);
  });

  it('close what was not asked about for long, and what is too many', () => {
    const overlays = new Overlays(2, 1000);
    told(overlays, 0, 'a', '');
    told(overlays, 0, 'b', '');
    assert.deepEqual(told(overlays, 0, 'c', ''), ['Close a', 'Open c 1']);
    assert.deepEqual(told(overlays, 5000, 'd', ''), ['Close b', 'Close c', 'Open d 1']);
    assert.deepEqual(told(overlays, 5000, 'a', ''), ['Open a 1']);
  });
});
