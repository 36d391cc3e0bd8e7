import assert from 'node:assert/strict';
import { DeviceChoice, quickerOf } from '../../../src/extension/deviceChoice.ts';
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
    const values = new Map<string, unknown>();
    const memory = {
      get: (key: string) => values.get(key),
      update: async (key: string, value: unknown) => void values.set(key, value),
    };
    const changed: string[] = [];
    const here = new DeviceChoice(memory, 'linux 6.1', (model) => changed.push(model));
    assert.equal(here.of(''), undefined);
    await here.keep('', 'cpu');
    for (let again = 0; again < 2; again++) await here.keep('large', 'webgpu');
    assert.deepEqual(changed, ['large']);
    assert.deepEqual(
      ['', 'large', 'other'].map((model) => here.of(model)),
      ['cpu', 'webgpu', undefined],
    );
    assert.equal(new DeviceChoice(memory, 'linux 6.2').of('large'), undefined);
  });
});
