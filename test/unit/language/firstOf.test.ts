import assert from 'node:assert/strict';
import { firstOf } from '../../../src/language/firstOf.ts';
import { noOracle } from '../../../src/language/noOracle.ts';
import type { Place } from '../../../src/language/oracle.ts';
import { scriptedOracle, somewhere } from '../../support/scriptedOracle.ts';

const { signal } = new AbortController();
const place: Place = { document: somewhere, language: 'go', before: 'a.', after: '', isWhole: true, typed: 0 };

describe('several oracles', () => {
  const server = scriptedOracle({ names: { 'a.': ['server'] } });
  const editor = scriptedOracle({ names: { 'a.': ['editor'] } });
  const first = async (oracle = firstOf(server, editor), at = place) =>
    (await oracle.names(at, 'member', signal))?.names[0]?.text;

  it('answer in their order', async () => assert.equal(await first(), 'server'));

  it('leave it to the editor where no server knows the language', async () =>
    assert.equal(await first(firstOf(noOracle, editor)), 'editor'));

  it('leave it to the editor where just a part of the document is known here', async () =>
    assert.equal(await first(firstOf(server, editor), { ...place, isWhole: false }), 'editor'));

  it('know what one of them knows', () => {
    assert.equal(firstOf(noOracle, noOracle).knows(somewhere, 'go'), false);
    assert.equal(firstOf(noOracle, editor).knows(somewhere, 'go'), true);
  });
});
