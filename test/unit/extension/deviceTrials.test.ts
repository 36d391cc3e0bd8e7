import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { type CancellationToken, CancellationTokenSource } from 'vscode-jsonrpc/node';
import type { Choice } from '../../../src/extension/deviceChoice.ts';
import { DeviceTrials, type TrialSettings } from '../../../src/extension/deviceTrials.ts';
import type { Device } from '../../../src/protocol/messages.ts';
import type { Trial, WorkOutcome, WorkProgress } from '../../../src/protocol/modelMessages.ts';

const trial = (device: Trial['device'], firstDraftMs: number): WorkOutcome<Trial> => ({
  outcome: 'done',
  value: {
    device,
    threads: 2,
    firstDraftMs,
    newTextMs: 5 * firstDraftMs,
    firstChoices: [{ token: 1, logProb: -1 }],
    tokensPerSecond: 5000 / firstDraftMs,
    isCut: false,
  },
});
const missing: WorkOutcome<Trial> = { outcome: 'failed', trouble: { kind: 'unusable', message: 'There is no GPU.' } };
const places = { modelsPath: '/m', embeddedPath: '/e', grammarsPath: '/g', cachePath: '/c' };
const settings: TrialSettings = { device: 'auto', threads: 0, memoryMiB: 0 };
const embedded = { id: 'small', path: '/e' };
const other = { id: 'large', path: '/m/large' };
const { token: never } = new CancellationTokenSource();

interface Case {
  readonly outcomes?: Partial<Record<Device, WorkOutcome<Trial>>>;
  readonly onTry?: (device: Device) => void;
}

/** Trials with such outcomes, what was tried, and what was kept. */
function trialsWith({ outcomes = {}, onTry }: Case) {
  const tried: string[] = [];
  const kept: (readonly [string, Choice])[] = [];
  const trials = new DeviceTrials({
    places,
    log: { write: () => undefined },
    devices: { keep: async (model, choice) => void kept.push([model, choice]) },
    client: {
      try: async ({ device, path }) => {
        tried.push(`${path} on ${device}`);
        onTry?.(device);
        return outcomes[device] ?? (device === 'webgpu' ? missing : trial('cpu', 200));
      },
    },
  });
  return { trials, tried, kept };
}

const all = (trials: DeviceTrials, changes: Partial<TrialSettings> = {}, token: CancellationToken = never) =>
  trials.all(embedded, { ...settings, ...changes }, token, () => {});

describe('trials of devices', () => {
  it('keep the quicker device, with the times from which on it is not', async () => {
    const { trials, tried, kept } = trialsWith({ outcomes: { webgpu: trial('webgpu', 50) } });
    assert.deepEqual(await all(trials), trial('webgpu', 50));
    assert.deepEqual(tried, ['/e on webgpu', '/e on cpu']);
    assert.deepEqual(kept, [['', { device: 'webgpu', slowMs: 80 }]]);
  });

  it('say how the CPU does where there is no GPU, and keep it', async () => {
    const { trials, kept } = trialsWith({});
    assert.deepEqual(await all(trials), trial('cpu', 200));
    assert.deepEqual(kept, [['', { device: 'cpu' }]]);
  });

  it('are of one device where the settings name it, and nothing is kept', async () => {
    const { trials, tried, kept } = trialsWith({});
    assert.deepEqual(await all(trials, { device: 'webgpu' }), missing);
    assert.deepEqual([tried, kept], [['/e on webgpu'], []]);
  });

  it('that are called off keep nothing', async () => {
    const source = new CancellationTokenSource();
    const { trials, tried, kept } = trialsWith({ onTry: () => source.cancel() });
    await all(trials, {}, source.token);
    await trials.unseen(other, settings, source.token);
    assert.deepEqual(tried, ['/e on webgpu', '/m/large on webgpu']);
    assert.deepEqual(kept, []);
  });

  it('that nobody sees leave the CPU alone where the GPU is of no use', async () => {
    const cut = trial('webgpu', 20_000);
    assert.ok(cut.outcome === 'done');
    for (const webgpu of [missing, { ...cut, value: { ...cut.value, isCut: true } }]) {
      const { trials, tried, kept } = trialsWith({ outcomes: { webgpu } });
      await trials.unseen(other, settings, never);
      assert.deepEqual(tried, ['/m/large on webgpu']);
      assert.deepEqual(kept, [['large', { device: 'cpu' }]]);
    }
    const { trials, tried, kept } = trialsWith({ outcomes: { webgpu: trial('webgpu', 300) } });
    await trials.unseen(other, settings, never);
    assert.deepEqual(tried, ['/m/large on webgpu', '/m/large on cpu']);
    assert.deepEqual(kept, [['large', { device: 'cpu' }]]);
  });

  it('end where a device does not, counted from when its graph is built', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      const stages: WorkProgress['stage'][] = [];
      let tell: (progress: WorkProgress) => void = () => {};
      const kept: string[] = [];
      const trials = new DeviceTrials({
        places,
        log: { write: () => undefined },
        devices: { keep: async (_, { device }) => void kept.push(device) },
        client: {
          try: ({ device }, token, onWork) => {
            tell = onWork;
            if (device === 'cpu') return Promise.resolve(trial('cpu', 200));
            return new Promise((resolve) => token.onCancellationRequested(() => resolve(missing)));
          },
        },
      });
      const tried = trials.all(embedded, settings, never, ({ stage }) => stages.push(stage));
      tell({ stage: 'preparing', fraction: 0.5 });
      mock.timers.tick(600_000);
      tell({ stage: 'trying', fraction: 0 });
      mock.timers.tick(60_000);
      assert.deepEqual(await tried, trial('cpu', 200));
      assert.deepEqual([stages, kept], [['preparing', 'trying'], ['cpu']]);
    } finally {
      mock.timers.reset();
    }
  });
});
