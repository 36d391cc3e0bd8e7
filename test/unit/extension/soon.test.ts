import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { soon } from '../../../src/extension/soon.ts';

describe('calls in bursts', () => {
  beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }));
  afterEach(() => mock.timers.reset());

  it('are one, in a moment, and again with the next burst', () => {
    let runs = 0;
    const call = soon(() => runs++, 50);
    for (let count = 0; count < 5; count++) call();
    mock.timers.tick(49);
    assert.equal(runs, 0);
    mock.timers.tick(1);
    assert.equal(runs, 1);
    call();
    mock.timers.tick(50);
    assert.equal(runs, 2);
  });

  it('are none once it is over', () => {
    let runs = 0;
    const call = soon(() => runs++, 50);
    call();
    call.dispose();
    mock.timers.tick(50);
    assert.equal(runs, 0);
  });
});
