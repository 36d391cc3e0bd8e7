import assert from 'node:assert/strict';
import { DeviceChoice, type Memory, quickerOf, slowPassMs } from '../../../src/extension/deviceChoice.ts';
import type { Trial } from '../../../src/protocol/modelMessages.ts';

const choices = (changes: readonly (readonly [at: number, token: number, logProb: number])[] = []) => {
  const plain = Array.from({ length: 8 }, (_, at) => ({ token: at, logProb: -1 }));
  for (const [at, token, logProb] of changes) plain[at] = { token, logProb };
  return plain;
};
const cpu: Trial = {
  device: 'cpu',
  threads: 2,
  firstDraftMs: 200,
  newTextMs: 1000,
  firstChoices: choices(),
  tokensPerSecond: 20,
  isCut: false,
};
const gpu: Trial = { ...cpu, device: 'webgpu', firstDraftMs: 100, newTextMs: 100 };
const chosen = (changes: Partial<Trial>): string => quickerOf(cpu, { ...gpu, ...changes }).device;

const emptyMemory = (): Memory => {
  const values = new Map<string, unknown>();
  return {
    get: (key) => values.get(key),
    update: async (key, value) => void values.set(key, value),
  };
};

describe('the device of a model', () => {
  it('is the quicker one, of text that is typed on and, less, of text that is new', () => {
    assert.equal(chosen({}), 'webgpu');
    assert.equal(chosen({ firstDraftMs: 500 }), 'cpu');
    assert.equal(chosen({ firstDraftMs: 300, newTextMs: 100 }), 'webgpu');
    assert.equal(chosen({ firstDraftMs: 20_000, isCut: true }), 'cpu');
  });

  it('is never one that says something else than the CPU', () => {
    assert.equal(chosen({ firstChoices: choices([[1, 99, -1]]) }), 'webgpu');
    assert.equal(
      chosen({
        firstChoices: choices([
          [1, 99, -1],
          [3, 99, -1],
          [5, 5, -2],
        ]),
      }),
      'cpu',
    );
    assert.equal(chosen({ firstChoices: choices().map(({ token }) => ({ token, logProb: Number.NaN })) }), 'cpu');
    assert.equal(chosen({ firstChoices: [] }), 'cpu');
  });

  it('is remembered for each model, until the machine is another', async () => {
    const memory = emptyMemory();
    const changed: string[] = [];
    const here = new DeviceChoice(memory, 'linux 6.1', (model) => changed.push(model));
    assert.equal(here.of(''), undefined);
    await here.keep('', { device: 'cpu' });
    for (let again = 0; again < 2; again++) await here.keep('large', { device: 'webgpu', slowMs: 40 });
    assert.deepEqual(changed, ['large']);
    assert.deepEqual(
      ['', 'large', 'other'].map((model) => here.of(model)),
      ['cpu', 'webgpu', undefined],
    );
    assert.deepEqual(
      ['', 'large', 'other'].map((model) => here.slowMs(model)),
      [Number.POSITIVE_INFINITY, 40, Number.POSITIVE_INFINITY],
    );
    const elsewhere = new DeviceChoice(memory, 'linux 6.2');
    assert.equal(elsewhere.of('large'), undefined);
    assert.equal(elsewhere.slowMs('large'), Number.POSITIVE_INFINITY);
  });

  it('is due for a trial where there was none here, and again after a while, sooner after a failure', async () => {
    const memory = emptyMemory();
    const here = new DeviceChoice(memory, 'linux 6.1');
    const now = Date.now();
    assert.equal(here.isDue('', now), true);
    await here.keep('', { device: 'webgpu' });
    assert.equal(here.isDue('', now + 13 * 24 * 3600_000), false);
    assert.equal(here.isDue('', now + 15 * 24 * 3600_000), true);
    await here.keep('', { device: 'cpu' }, 1000);
    assert.equal(here.isDue('', now), false);
    assert.equal(here.isDue('', now + 2 * 3600_000), true);
    assert.equal(new DeviceChoice(memory, 'linux 6.2').isDue('', now), true);
  });

  it('is slow where its passes take a multiple of their time, and of the CPU’s', () => {
    const tokensPerSecond = (rate: number): Trial => ({ ...cpu, tokensPerSecond: rate });
    assert.equal(slowPassMs(tokensPerSecond(50), tokensPerSecond(100)), 50);
    assert.equal(slowPassMs(tokensPerSecond(10), tokensPerSecond(100)), 200);
  });
});
