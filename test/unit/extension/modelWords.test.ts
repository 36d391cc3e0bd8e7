import assert from 'node:assert/strict';
import { bytesText, shareOf, trialText, troubleSaying, wayText, workText } from '../../../src/extension/modelWords.ts';
import type { Translate } from '../../../src/extension/silence.ts';
import type { Trial, TroubleKind, WorkProgress } from '../../../src/protocol/modelMessages.ts';

const plain: Translate = (message, ...args) => message.replace(/\{(\d)\}/g, (_, index) => `${args[Number(index)]}`);

const transfer = { file: 'model.gguf', doneBytes: 132e6, totalBytes: 528e6, bytesPerSecond: 8.25e6, secondsLeft: 48 };
const downloading = (changes: Partial<typeof transfer>): WorkProgress => {
  return { stage: 'downloading', download: { ...transfer, ...changes } };
};

describe('work on a model', () => {
  const said = (progress: WorkProgress): string => workText(progress, plain);

  it('is told with speed and the time that is left', () => {
    assert.equal(said(downloading({})), '132 MB of 528 MB, 8.3 MB/s, 48 s left');
    assert.match(said(downloading({ secondsLeft: 600 })), /, 10 min left$/);
    assert.match(said(downloading({ secondsLeft: 9000 })), /, 3 h left$/);
    const { secondsLeft, ...still } = transfer;
    assert.equal(said({ stage: 'copying', download: { ...still, bytesPerSecond: 0 } }), '132 MB of 528 MB');
  });

  it('is told in its other stages, and as a share where one is known', () => {
    assert.equal(said({ stage: 'preparing', fraction: 0.426 }), 'building its graph, 43 %');
    assert.match(said({ stage: 'waiting' }), /another window/);
    assert.deepEqual(
      [downloading({}), { stage: 'trying', fraction: 0.5 } as const, { stage: 'waiting' } as const].map(shareOf),
      [0.25, 0.5, undefined],
    );
  });

  it('has sizes in round numbers', () => {
    assert.deepEqual([79_330_586, 999_400_000, 999_600_000, 8_096_250_000].map(bytesText), [
      '79 MB',
      '999 MB',
      '1.0 GB',
      '8.1 GB',
    ]);
  });
});

describe('a trial', () => {
  const trial: Trial = {
    device: 'cpu',
    threads: 2,
    firstDraftMs: 182.4,
    newTextMs: 900,
    firstChoices: [],
    tokensPerSecond: 22.4,
    isCut: false,
  };

  it('is told with device, wait, speed and what that means', () => {
    assert.deepEqual(trialText('Large', trial, plain), {
      text: 'Large runs on the CPU: first draft after 182 ms, 22 tokens/s. It is quick enough to type with.',
      isSlow: false,
    });
    assert.match(
      trialText('Large', { ...trial, device: 'webgpu', firstDraftMs: 700 }, plain).text,
      /GPU.*now and then\.$/,
    );
    const slow = trialText('Large', { ...trial, firstDraftMs: 4000, tokensPerSecond: 1.04 }, plain);
    assert.ok(slow.isSlow);
    assert.match(slow.text, /after 4000 ms, 1\.0 tokens\/s\. It is too slow/);
  });

  it('that came to no end says so', () => {
    const { text, isSlow } = trialText('Large', { ...trial, firstDraftMs: 20_000, isCut: true }, plain);
    assert.ok(isSlow);
    assert.match(text, /no first draft within 20 s\. It is too slow/);
  });
});

describe('trouble with a model', () => {
  const say = (kind: TroubleKind, message = 'Something is so: do that.') =>
    troubleSaying({ kind, message }, 'Large', plain);
  const kinds: Readonly<Record<Exclude<TroubleKind, 'cancelled'>, RegExp>> = {
    name: /^Something is so: do that\.$/,
    busy: /^Another window is at work on Large: wait/,
    signIn: /web page answers.*Sign in to the network/,
    gated: /accept its conditions.*enter a token/,
    missing: /check the setting palimpsest\.hub/,
    network: /Check the network and the proxy, and try again/,
    certificate: /certificate.*Add the one of your company/,
    server: /hub is in trouble\. Try again later/,
    damaged: /try again, on another network/,
    disk: /^Large was not installed\. Something is so: do that\.$/,
    unusable: /^Large cannot be used\. Something is so: do that\.$/,
    fault: /^Large: Something is so: do that\.$/,
  };
  for (const [kind, pattern] of Object.entries(kinds))
    it(`of kind ${kind} is one message that says what to do`, () => {
      const saying = say(kind as TroubleKind);
      assert.ok(saying);
      assert.match(saying.text, pattern);
      assert.match(saying.text, /\.$/);
      assert.equal(saying.isCalm, kind === 'busy');
      for (const way of saying.ways) assert.ok(wayText(way, plain));
    });

  it('that the user has made is not told', () => {
    assert.equal(say('cancelled'), undefined);
  });
});
