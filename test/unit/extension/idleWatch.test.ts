import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { IdleWatch } from '../../../src/extension/idleWatch.ts';

describe('idle watch', () => {
  let idleMs: number;
  let calls: number;
  let watch: IdleWatch;
  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout'] });
    idleMs = 100;
    calls = 0;
    watch = new IdleWatch(
      () => idleMs,
      () => (calls += 1),
    );
  });
  afterEach(() => mock.timers.reset());

  it('calls once, when nothing was in use for the whole time', async () => {
    await watch.during(async () => {});
    mock.timers.tick(99);
    await watch.during(async () => {});
    mock.timers.tick(99);
    assert.equal(calls, 0);
    mock.timers.tick(1);
    assert.equal(calls, 1);
    mock.timers.tick(1000);
    assert.equal(calls, 1);
  });

  it('waits for the last of several uses, also where one fails', async () => {
    let finish = (): void => {};
    const long = watch.during(() => new Promise<void>((resolve) => (finish = resolve)));
    await assert.rejects(
      watch.during(async () => {
        throw new Error('lost');
      }),
    );
    mock.timers.tick(1000);
    assert.equal(calls, 0);
    finish();
    await long;
    mock.timers.tick(100);
    assert.equal(calls, 1);
  });

  it('never calls at 0, and goes by another time once it is told', async () => {
    idleMs = 0;
    await watch.during(async () => {});
    mock.timers.tick(1e9);
    assert.equal(calls, 0);
    idleMs = 10;
    watch.watch();
    mock.timers.tick(10);
    assert.equal(calls, 1);
  });

  it('does not call once it is stopped', () => {
    watch.watch();
    watch.stop();
    mock.timers.tick(1000);
    assert.equal(calls, 0);
  });
});
