import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Answers, type Wanted } from '../../../src/extension/answers.ts';
import type { Seen } from '../../../src/extension/resultCache.ts';
import type { Draft } from '../../../src/protocol/messages.ts';

/** A place in a file, from text with the cursor drawn as ‸. */
function at(marked: string): Seen {
  const [prefix = '', suffix = ''] = marked.split('‸');
  return { path: 'a.ts', language: 'typescript', prefix, suffix };
}

function draft(text: string): Draft {
  return { text, replaces: 0, logProb: -1, logLegalMass: 0, tokens: 1, verified: true, vouchers: [] };
}

const textsOf = (drafts: readonly Draft[] | undefined): string | undefined => drafts?.map(({ text }) => text).join('|');
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A cancellation that the test calls for. */
class Token {
  isCancellationRequested = false;
  readonly #listeners = new Set<() => void>();

  onCancellationRequested(listener: () => void): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  cancel(): void {
    this.isCancellationRequested = true;
    for (const listener of this.#listeners) listener();
  }
}

/** A session in which the engine says what it is told to say. */
class Bench {
  readonly answers = new Answers((run) => {
    this.quiet = run;
    return () => {};
  });
  readonly asked: string[] = [];
  readonly cancelled: string[] = [];
  quiet: () => void = () => {};
  #open: {
    readonly name: string;
    readonly onFirst: (drafts: readonly Draft[]) => void;
    readonly end: (drafts: readonly Draft[] | undefined) => void;
  }[] = [];

  readonly ask = (
    { seen, count, isAhead }: Wanted,
    onFirst: (drafts: readonly Draft[]) => void,
  ): { readonly whole: Promise<readonly Draft[] | undefined>; cancel(): void } => {
    const name = `${seen.prefix}‸${seen.suffix} ${count}${isAhead ? ' ahead' : ''}${seen.reach ? ` ${seen.reach}` : ''}`;
    this.asked.push(name);
    let end: (drafts: readonly Draft[] | undefined) => void = () => {};
    const whole = new Promise<readonly Draft[] | undefined>((resolve) => {
      end = resolve;
    });
    this.#open.push({ name, onFirst, end });
    return {
      whole,
      cancel: () => {
        this.cancelled.push(name);
        end(undefined);
      },
    };
  };

  /** The engine has the first draft of the newest question. */
  async first(text: string): Promise<void> {
    this.#open.at(-1)?.onFirst([draft(text)]);
    await settled();
  }

  /** It has all drafts of that question. */
  async whole(...texts: readonly string[]): Promise<void> {
    this.#open.pop()?.end(texts.map(draft));
    await settled();
  }

  shown(place: string, count = 3, token = new Token()): Promise<string | undefined> {
    return this.answers.first(at(place), count, this.ask, token).then(textsOf);
  }

  invoked(place: string, count = 3, token = new Token()): Promise<string | undefined> {
    return this.answers.all(at(place), count, this.ask, token).then(textsOf);
  }

  known(place: string): string | undefined {
    return textsOf(this.answers.find(at(place))?.drafts);
  }
}

describe('answers', () => {
  let bench: Bench;
  beforeEach(() => {
    bench = new Bench();
  });

  it('are there with the first draft, and whole once the others have come', async () => {
    const shown = bench.shown('x = ‸');
    await bench.first('a;');
    assert.equal(await shown, 'a;');
    assert.equal(bench.known('x = ‸'), 'a;');
    await bench.whole('a;', 'b;', 'c;');
    assert.equal(bench.known('x = ‸'), 'a;|b;|c;');
    assert.equal(await bench.invoked('x = ‸'), 'a;|b;|c;');
    assert.deepEqual(bench.asked, ['x = ‸ 3']);
  });

  it('wait for the others where all are asked for', async () => {
    const shown = bench.shown('x = ‸');
    await bench.first('a;');
    await shown;
    const invoked = bench.invoked('x = ‸');
    await bench.whole('a;', 'b;');
    assert.equal(await invoked, 'a;|b;');
    assert.deepEqual([bench.asked.length, bench.cancelled.length], [1, 0]);
  });

  it('do not wait for a question that was taken back, and leave the others coming', async () => {
    void bench.shown('x = ‸');
    await bench.first('a;');
    const token = new Token();
    const invoked = bench.invoked('x = ‸', 3, token);
    token.cancel();
    assert.equal(await invoked, 'a;');
    await bench.whole('a;', 'b;');
    assert.equal(bench.known('x = ‸'), 'a;|b;');
  });

  it('go on coming while the first is typed along, and keep their order', async () => {
    void bench.shown('x = ‸');
    await bench.first('ab;');
    bench.answers.moved();
    assert.equal(bench.known('x = a‸'), 'b;');
    const invoked = bench.invoked('x = a‸');
    await bench.whole('ab;', 'b;', 'ac;', 'ad;');
    assert.equal(await invoked, 'b;|c;|d;');
    assert.deepEqual(bench.cancelled, []);
  });

  it('give way to another question, and keep what was said first', async () => {
    void bench.shown('x = ‸');
    await bench.first('a;');
    void bench.shown('x = q‸');
    await settled();
    assert.deepEqual(bench.cancelled, ['x = ‸ 3']);
    assert.equal(bench.known('x = ‸'), 'a;');
  });

  it('give way when memory answers another question', async () => {
    void bench.shown('y = ‸');
    await bench.whole('b;');
    void bench.shown('x = ‸');
    await bench.first('a;');
    assert.equal(bench.known('y = ‸'), 'b;');
    assert.deepEqual(bench.cancelled, ['x = ‸ 3']);
  });

  it('are asked for again where the others were given up, the first staying first', async () => {
    void bench.shown('x = ‸');
    await bench.first('a;');
    void bench.shown('x = q‸');
    await bench.whole('r;');
    const invoked = bench.invoked('x = ‸');
    await bench.first('other;');
    await bench.whole('other;', 'a;', 'b;');
    assert.equal(await invoked, 'a;|other;|b;');
    assert.deepEqual(bench.asked, ['x = ‸ 3', 'x = q‸ 3', 'x = ‸ 3']);
  });

  it('are asked for anew where all but one were typed past', async () => {
    void bench.shown('x = ‸');
    await bench.whole('ab;', 'cd;');
    const invoked = bench.invoked('x = a‸');
    await bench.whole('b;', 'e;');
    assert.equal(await invoked, 'b;|e;');
    assert.equal(await bench.invoked('x = a‸'), 'b;|e;');
    assert.deepEqual(bench.asked, ['x = ‸ 3', 'x = a‸ 3']);
  });

  it('prepare one draft, which Invoke makes several', async () => {
    bench.answers.prepare({ seen: at('x‸'), text: ' = 1;', replaces: 0, indent: '  ' }, bench.ask);
    bench.quiet();
    await bench.whole('// one');
    assert.deepEqual(bench.asked, ['x = 1;‸ 1 ahead']);
    assert.equal(bench.answers.find(at('x = 1;‸'))?.isPrepared, true);
    const invoked = bench.invoked('x = 1;‸');
    await bench.whole('// one', '// two');
    assert.equal(await invoked, '// one|// two');
  });

  it('take over what is prepared when it is wanted early, and ask again where the engine had no time', async () => {
    bench.answers.prepare({ seen: at('x‸'), text: ' = 1;', replaces: 0, indent: '  ' }, bench.ask);
    bench.quiet();
    const shown = bench.shown('x = 1;‸');
    await bench.whole('// one');
    assert.equal(await shown, '// one');
    assert.deepEqual(bench.asked, ['x = 1;‸ 1 ahead']);
  });

  it('begun at the keystroke are found by the editor, and are not given up for it', async () => {
    bench.answers.expect(at('x = ‸'), 3, bench.ask);
    await bench.first('ab;');
    assert.equal(bench.known('x = ‸'), 'ab;');
    // typed along before the others are there
    bench.answers.moved();
    await bench.whole('ab;', 'ac;');
    assert.equal(bench.known('x = a‸'), 'b;|c;');
    assert.deepEqual(bench.cancelled, []);
  });

  it('begun at a keystroke that another follows are given up', async () => {
    bench.answers.expect(at('x = ‸'), 3, bench.ask);
    bench.answers.moved();
    assert.deepEqual(bench.cancelled, ['x = ‸ 3']);
  });

  it('reach as far as was asked for once, and so do those asked for behind them', async () => {
    const block: Seen = { ...at('x‸'), reach: 'block' };
    const whole = bench.answers.all(block, 1, bench.ask, new Token());
    await bench.whole(' {\n}');
    assert.equal(textsOf(await whole), ' {\n}');
    assert.equal(bench.known('x‸'), ' {\n}');
    void bench.invoked('x‸');
    assert.deepEqual(bench.asked, ['x‸ 1 block', 'x‸ 3 block']);
  });

  it('can be made more', async () => {
    void bench.shown('x‸');
    await bench.whole('a', 'b', 'c');
    assert.equal(bench.answers.has(at('x‸'), 10), false);
    const more = bench.invoked('x‸', 10);
    await bench.whole('a', 'b', 'c', 'd');
    assert.equal(await more, 'a|b|c|d');
    assert.equal(bench.answers.has(at('x‸'), 10), true);
  });

  it('are forgotten, and what still comes is not remembered', async () => {
    void bench.shown('x‸');
    await bench.first('a');
    bench.answers.forget();
    assert.equal(bench.known('x‸'), undefined);
    await bench.whole('a', 'b');
    assert.equal(bench.known('x‸'), undefined);
  });

  it('always have what was shown first, whatever comes in whatever order', async () => {
    const step = fc.constantFrom('type', 'back', 'invoke', 'first', 'whole', 'other');
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 24 }), async (steps) => {
        const all = ['abcd', 'abce', 'xyz'];
        const own = new Bench();
        void own.shown('‸');
        await own.first('abcd');
        let typed = 0;
        for (const name of steps) {
          if (name === 'type' && typed < 3) typed += 1;
          if (name === 'back' && typed > 0) typed -= 1;
          const here = `${'abcd'.slice(0, typed)}‸`;
          if (name === 'invoke') void own.invoked(here);
          if (name === 'first') await own.first('zzz');
          if (name === 'whole') await own.whole(...all.map((text) => text.slice(typed)), 'zzz');
          if (name === 'other') void own.shown('q‸');
          await settled();
          assert.equal(own.known(here)?.split('|')[0], 'abcd'.slice(typed));
        }
      }),
    );
  });
});
