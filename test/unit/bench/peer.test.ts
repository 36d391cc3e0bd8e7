import assert from 'node:assert/strict';
import path from 'node:path';
import { repositoryRoot } from '../../bench/corpus.ts';
import { openPeer, type Peer } from '../../bench/peer.ts';

const modelPath = path.join(repositoryRoot, 'models/palimpsest-135m/model.gguf');
/** Any ids will do: they are evaluated as given. The first is the suffix mark, which a tokenizer might treat apart. */
const tokens = [9, 30, 216, 1604, 253, 472, 27, 314];

describe('the peer', function () {
  this.timeout(60_000);
  let peer: Peer;
  before(async () => {
    peer = await openPeer(modelPath, { threads: 2, contextTokens: 256 });
  });
  after(() => peer.dispose());

  it('gives whole distributions that sum to one, best first', async () => {
    const { ids, logits, logSumExp } = await peer.next(tokens, { isNew: true, top: 'all' });
    assert.equal(new Set(ids).size, ids.length);
    const sum = logits.reduce((total, logit) => total + Math.exp(logit - logSumExp), 0);
    assert.ok(Math.abs(sum - 1) < 1e-3, `${sum}`);
    assert.ok(logits.every((logit, index) => index === 0 || logit <= (logits[index - 1] as number)));
  });

  it('starts from an empty cache when asked to', async () => {
    const first = await peer.next(tokens, { isNew: true, top: 5 });
    await peer.next([100, 101], { isNew: false, top: 5 });
    assert.deepEqual(await peer.next(tokens, { isNew: true, top: 5 }), first);
  });

  it('looks again at the position it stands at', async () => {
    const first = await peer.next(tokens, { isNew: true, top: 5 });
    const second = await peer.again('all');
    assert.deepEqual(second.ids.subarray(0, 1), first.ids.subarray(0, 1));
    assert.ok(Math.abs(second.logSumExp - first.logSumExp) < 0.05);
  });

  it('decodes greedily: its own first choices, one after the other', async () => {
    await peer.prefill(tokens);
    const { tokens: decoded } = await peer.decode(4);
    const all = [...tokens];
    const chosen: (number | undefined)[] = [];
    for (let step = 0; step < 5; step += 1) {
      const next = await peer.next(step === 0 ? all : all.slice(-1), { isNew: step === 0, top: 1 });
      chosen.push(next.ids[0]);
      all.push(next.ids[0] as number);
    }
    assert.deepEqual(chosen.slice(1), decoded);
  });

  it('agrees with itself between one position and many', async () => {
    const many = await peer.positions(tokens, 3);
    const one = await peer.next(tokens, { isNew: true, top: 3 });
    assert.equal(many.length, tokens.length);
    assert.equal(many.at(-1)?.ids[0], one.ids[0]);
  });

  it('says why a model cannot be opened', async () => {
    await assert.rejects(openPeer(`${modelPath}.absent`, { threads: 1, contextTokens: 256 }), /peer: /);
  });
});
