import assert from 'node:assert/strict';
import { Turns } from '../../../src/engine/turns.ts';

/** Requests by name: which run, which were aborted, in order. */
class Bench {
  readonly turns = new Turns();
  readonly events: string[] = [];
  readonly #finish = new Map<string, () => void>();

  ask(name: string, isAhead = false, window: object = this): Promise<string> {
    const controller = new AbortController();
    controller.signal.addEventListener('abort', () => this.events.push(`${name} aborted`));
    return this.turns.run(window, controller, isAhead, async () => {
      if (controller.signal.aborted) return 'cancelled';
      this.events.push(`${name} runs`);
      await new Promise<void>((resolve) => {
        this.#finish.set(name, resolve);
        controller.signal.addEventListener('abort', () => resolve());
      });
      return controller.signal.aborted ? 'cancelled' : 'done';
    });
  }

  finish(name: string): void {
    this.#finish.get(name)?.();
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('turns', () => {
  let bench: Bench;
  beforeEach(() => {
    bench = new Bench();
  });

  it('gives the newest request its turn and calls the others off', async () => {
    const asked = ['a', 'ab', 'abc'].map((name) => bench.ask(name));
    await settled();
    bench.finish('abc');
    assert.deepEqual(await Promise.all(asked), ['cancelled', 'cancelled', 'done']);
  });

  it('lets what is asked ahead wait for what is not', async () => {
    const typed = bench.ask('typed');
    await settled();
    const ahead = bench.ask('ahead', true);
    await settled();
    assert.deepEqual(bench.events, ['typed runs']);
    bench.finish('typed');
    await settled();
    bench.finish('ahead');
    assert.deepEqual(await Promise.all([typed, ahead]), ['done', 'done']);
  });

  it('calls off what is asked ahead, running or waiting, for anything newer', async () => {
    const running = bench.ask('running', true);
    await settled();
    const first = bench.ask('first');
    const waiting = bench.ask('waiting', true);
    const second = bench.ask('second', true);
    await settled();
    assert.deepEqual(bench.events, ['running runs', 'running aborted', 'waiting aborted', 'first runs']);
    const last = bench.ask('last');
    await settled();
    bench.finish('last');
    const outcomes = await Promise.all([running, first, waiting, second, last]);
    assert.deepEqual(outcomes, ['cancelled', 'cancelled', 'cancelled', 'cancelled', 'done']);
  });

  it('goes on after a turn that failed', async () => {
    const failing = bench.turns.run(bench, new AbortController(), false, async () => {
      throw new Error('a bug');
    });
    const next = bench.ask('next');
    await assert.rejects(failing, /a bug/);
    await settled();
    bench.finish('next');
    assert.equal(await next, 'done');
  });
});
