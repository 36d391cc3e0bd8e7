import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { RestingCursor } from '../../../src/extension/restingCursor.ts';

const restMs = 300;

describe('a cursor that is moved', () => {
  let told: string[];
  let cursor: RestingCursor<string>;
  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout'] });
    told = [];
    cursor = new RestingCursor(
      (run) => {
        const timer = setTimeout(run, restMs);
        return () => clearTimeout(timer);
      },
      (editor) => {
        told.push(`read ${editor}`);
        return editor === 'known' ? undefined : { cancel: () => told.push(`cancel ${editor}`) };
      },
    );
  });
  afterEach(() => mock.timers.reset());

  it('is told of once it rests', () => {
    cursor.moved('a');
    mock.timers.tick(restMs - 1);
    cursor.moved('a');
    mock.timers.tick(restMs - 1);
    assert.deepEqual(told, []);
    mock.timers.tick(1);
    assert.deepEqual(told, ['read a']);
  });

  it('has what was begun for it taken back once, when it moves on or something is typed', () => {
    cursor.moved('a');
    mock.timers.tick(restMs);
    cursor.moved('b');
    mock.timers.tick(restMs);
    cursor.stop();
    cursor.stop();
    assert.deepEqual(told, ['read a', 'cancel a', 'read b', 'cancel b']);
  });

  it('is told of no more when it leaves, or something is typed in time', () => {
    cursor.moved('a');
    cursor.moved(undefined);
    mock.timers.tick(restMs);
    cursor.moved('a');
    cursor.stop();
    mock.timers.tick(restMs);
    assert.deepEqual(told, []);
  });

  it('may rest where there is nothing to read', () => {
    cursor.moved('known');
    mock.timers.tick(restMs);
    cursor.moved('a');
    mock.timers.tick(restMs);
    assert.deepEqual(told, ['read known', 'read a']);
  });
});
