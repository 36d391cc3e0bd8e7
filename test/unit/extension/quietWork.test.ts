import assert from 'node:assert/strict';
import { mock } from 'node:test';
import type { CancellationToken } from 'vscode-jsonrpc/node';
import { QuietWork } from '../../../src/extension/quietWork.ts';

const quietMs = 1000;

describe('work that nobody waits for', () => {
  let isDue: boolean;
  let beginnings: number;
  let quiet: QuietWork;
  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout'] });
    isDue = true;
    beginnings = 0;
    quiet = new QuietWork({ quietMs, isDue: () => isDue, work: untilCalledOff });
  });
  afterEach(() => mock.timers.reset());

  function untilCalledOff(token: CancellationToken): Promise<void> {
    beginnings++;
    return new Promise((resolve) => token.onCancellationRequested(() => resolve()));
  }

  it('begins once nobody has wanted anything for a while, and not before somebody did', () => {
    mock.timers.tick(10 * quietMs);
    assert.equal(beginnings, 0);
    quiet.working(true);
    mock.timers.tick(10 * quietMs);
    assert.equal(beginnings, 0);
    quiet.working(false);
    mock.timers.tick(quietMs - 1);
    assert.equal(beginnings, 0);
    mock.timers.tick(1);
    assert.equal(beginnings, 1);
  });

  it('does not begin where there is nothing to do, nor once it is disposed of', () => {
    isDue = false;
    quiet.working(false);
    mock.timers.tick(quietMs);
    isDue = true;
    quiet.working(false);
    quiet.dispose();
    mock.timers.tick(quietMs);
    assert.equal(beginnings, 0);
  });

  it('is called off when somebody wants something, and given up when that was often', async () => {
    for (const expected of [1, 2, 3, 3]) {
      quiet.working(false);
      mock.timers.tick(quietMs);
      assert.equal(beginnings, expected);
      quiet.working(true);
      await Promise.resolve();
      await Promise.resolve();
    }
  });
});
