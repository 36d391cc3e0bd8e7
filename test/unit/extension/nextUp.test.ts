import assert from 'node:assert/strict';
import { afterAccept, afterEnter, NextUp, type OnScreen } from '../../../src/extension/nextUp.ts';
import { ResultCache, type Seen } from '../../../src/extension/resultCache.ts';
import type { Draft } from '../../../src/protocol/messages.ts';

/** A place in a file, from text with the cursor drawn as ‸. */
function at(marked: string): Seen {
  const [prefix = '', suffix = ''] = marked.split('‸');
  return { path: 'a.ts', language: 'typescript', prefix, suffix };
}

const marked = ({ prefix, suffix }: Seen): string => `${prefix}‸${suffix}`;

function draft(text: string, replaces = 0): Draft {
  return { text, replaces, logProb: -1, logLegalMass: 0, tokens: 1, verified: true, vouchers: [] };
}

const screen = (place: string, text: string, replaces = 0): OnScreen => ({
  seen: at(place),
  text,
  replaces,
  indent: '  ',
});

/** A session in which the engine answers when it is told to; remembers questions, and those that were given up. */
class Bench {
  readonly cache = new ResultCache();
  readonly asked: string[] = [];
  readonly cancelled: string[] = [];
  readonly #open = new Map<string, (drafts: readonly Draft[] | undefined) => void>();
  #quiet: (() => void) | undefined;
  readonly nextUp = new NextUp(
    (seen) => this.cache.find(seen)?.drafts,
    (run) => {
      this.#quiet = run;
      return () => {
        if (this.#quiet === run) this.#quiet = undefined;
      };
    },
  );

  show(place: string, text: string, replaces = 0): void {
    this.nextUp.shown(screen(place, text, replaces), (seen) => {
      this.asked.push(marked(seen));
      const answer = new Promise<readonly Draft[] | undefined>((resolve) => this.#open.set(marked(seen), resolve));
      return { answer, cancel: () => this.cancelled.push(marked(seen)) };
    });
  }

  /** Nothing happens for a moment. */
  async rest(): Promise<void> {
    const run = this.#quiet;
    this.#quiet = undefined;
    run?.();
    await settled();
  }

  /** The engine answers the question about a place, or has no time for it. */
  async answer(place: string, ...texts: readonly (string | undefined)[]): Promise<void> {
    const drafts = texts.includes(undefined) ? undefined : texts.map((text) => draft(text ?? ''));
    if (drafts !== undefined) this.cache.store(at(place), drafts, { isPrepared: true });
    this.#open.get(place)?.(drafts);
    await settled();
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('what is next', () => {
  let bench: Bench;
  beforeEach(() => {
    bench = new Bench();
  });

  it('asks about the accepted text after a quiet moment, and about nothing else where there is an answer', async () => {
    bench.show('let x‸;\n', ' = 1;', 1);
    assert.deepEqual(bench.asked, []);
    await bench.rest();
    assert.deepEqual(bench.asked, ['let x = 1;‸\n']);
    await bench.answer('let x = 1;‸\n', ' // one');
    assert.deepEqual(bench.asked, ['let x = 1;‸\n']);
    assert.equal(bench.cache.find(at('let x = 1;‸\n'))?.isPrepared, true);
  });

  it('goes on behind Enter where nothing is said at the end of the line', async () => {
    bench.show('  let x‸\n', ' = 1;');
    await bench.rest();
    await bench.answer('  let x = 1;‸\n');
    assert.deepEqual(bench.asked, ['  let x = 1;‸\n', '  let x = 1;\n  ‸\n']);
    await bench.answer('  let x = 1;\n  ‸\n');
    assert.equal(bench.asked.length, 2);
  });

  it('asks nothing that memory answers', async () => {
    bench.cache.store(at('let x = 1;‸\n'), []);
    bench.cache.store(at('let x = 1;\n‸\n'), [draft('let y;')]);
    bench.show('let x‸\n', ' = 1;');
    await bench.rest();
    assert.deepEqual(bench.asked, []);
  });

  it('goes on while the suggestion is typed along, and starts once', async () => {
    bench.show('let x‸\n', ' = 1;');
    bench.show('let x ‸\n', '= 1;');
    await bench.rest();
    bench.show('let x =‸\n', ' 1;');
    await bench.rest();
    assert.deepEqual(bench.asked, ['let x = 1;‸\n']);
    assert.deepEqual(bench.cancelled, []);
  });

  it('gives way to any other question', async () => {
    bench.show('let x‸\n', ' = 1;');
    assert.equal(bench.nextUp.take(at('let xy‸\n')), undefined);
    await bench.rest();
    assert.deepEqual(bench.asked, []);
    bench.show('let xy‸\n', ' = 1;');
    await bench.rest();
    assert.equal(bench.nextUp.take(at('let xyz‸\n')), undefined);
    assert.deepEqual(bench.cancelled, ['let xy = 1;‸\n']);
    await bench.answer('let xy = 1;‸\n');
    assert.deepEqual(bench.asked, ['let xy = 1;‸\n']);
  });

  it('makes room for what another suggestion leads to', async () => {
    bench.show('let x‸\n', ' = 1;');
    await bench.rest();
    bench.show('let x‸\n', ' = 2;');
    await bench.rest();
    assert.deepEqual(bench.cancelled, ['let x = 1;‸\n']);
    assert.deepEqual(bench.asked, ['let x = 1;‸\n', 'let x = 2;‸\n']);
  });

  it('hands over what is under way when it is accepted early, and goes on from there', async () => {
    bench.show('let x‸\n', ' = 1;');
    await bench.rest();
    const work = bench.nextUp.take(at('let x = 1;‸\n'));
    await bench.answer('let x = 1;‸\n');
    assert.deepEqual(await work?.answer, []);
    assert.deepEqual(bench.asked, ['let x = 1;‸\n', 'let x = 1;\n‸\n']);
    bench.nextUp.drop();
    assert.deepEqual(bench.cancelled, ['let x = 1;\n‸\n']);
  });

  it('does not give up what somebody waits for', async () => {
    bench.show('let x‸\n', ' = 1;');
    await bench.rest();
    bench.nextUp.take(at('let x = 1;‸\n'));
    bench.nextUp.drop();
    assert.deepEqual(bench.cancelled, []);
  });

  it('stops where the engine has no time', async () => {
    bench.show('let x‸\n', ' = 1;');
    await bench.rest();
    await bench.answer('let x = 1;‸\n', undefined);
    assert.deepEqual(bench.asked, ['let x = 1;‸\n']);
  });
});

describe('what is accepted in part', () => {
  it('has the rest in memory: word by word, line by line, to the end', () => {
    const cache = new ResultCache();
    const text = 'if (ready) {\n    start();\n  }';
    cache.store(at('  ‸\n'), [draft(text)]);
    for (const part of [
      'if',
      'if (ready) {',
      'if (ready) {\n',
      'if (ready) {\n    start',
      'if (ready) {\n    start();\n  ',
    ])
      assert.equal(cache.find(at(`  ${part}‸\n`))?.drafts[0]?.text, text.slice(part.length), part);
    const whole = afterAccept(screen('  ‸\n', text));
    assert.equal(marked(whole), `  ${text}‸\n`);
    assert.equal(cache.find(whole), undefined);
  });
});

describe('the line after Enter', () => {
  const entered = (place: string): string | undefined => {
    const seen = afterEnter(at(place), '    ');
    return seen && marked(seen);
  };

  it('keeps the indentation, and is one level deeper behind an opener', () => {
    assert.equal(entered('\tf();‸\nrest'), '\tf();\n\t‸\nrest');
    assert.equal(entered('  if (x) {‸'), '  if (x) {\n      ‸');
    assert.equal(entered('def f():‸\n'), 'def f():\n    ‸\n');
  });

  it('is not looked for on a blank line, or where text follows', () => {
    assert.equal(entered('a\n  ‸\n'), undefined);
    assert.equal(entered('f(‸)\n'), undefined);
  });
});
