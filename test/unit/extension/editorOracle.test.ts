import assert from 'node:assert/strict';
import { EditorOracle, type OracleLimits } from '../../../src/extension/editorOracle.ts';
import type { EditorNames, NamesQuestion } from '../../../src/protocol/messages.ts';

const at = (character: number, version = 1): NamesQuestion => ({
  uri: 'file:///a',
  version,
  line: 0,
  character,
  typed: 0,
});
const named = (text: string): EditorNames => ({ names: [{ text, kind: 2 }], isComplete: true });

/** An editor that answers each question when it is told to. */
class Bench {
  readonly asked: number[] = [];
  readonly oracle: EditorOracle;
  version = 1;
  readonly #open: ((answer: EditorNames | null | Error) => void)[] = [];

  constructor(limits: Partial<OracleLimits> = { deadlineMs: 1000 }) {
    this.oracle = new EditorOracle(
      {
        isCurrent: ({ version }) => version === this.version,
        ask: ({ character }) => {
          this.asked.push(character);
          return new Promise((resolve, reject) =>
            this.#open.push((answer) => (answer instanceof Error ? reject(answer) : resolve(answer))),
          );
        },
      },
      limits,
    );
  }

  /** Answers the oldest question that is open. */
  answer(answer: EditorNames | null | Error): void {
    this.#open.shift()?.(answer);
  }
}

describe('questions to completion providers', () => {
  it('are asked once for the same place', async () => {
    const bench = new Bench();
    const answers = [bench.oracle.names(at(1)), bench.oracle.names(at(1))];
    bench.answer(named('a'));
    assert.deepEqual(await Promise.all(answers), [named('a'), named('a')]);
    assert.deepEqual(await bench.oracle.names(at(1)), named('a'));
    assert.deepEqual(bench.asked, [1]);
  });

  it('are asked again where nothing was known', async () => {
    const bench = new Bench();
    const first = bench.oracle.names(at(1));
    bench.answer(null);
    assert.equal(await first, null);
    const second = bench.oracle.names(at(1));
    bench.answer(new Error('no provider'));
    assert.equal(await second, null);
    assert.deepEqual(bench.asked, [1, 1]);
  });

  it('run two at a time, and the newest waits', async () => {
    const bench = new Bench();
    const [first, second, third, fourth] = [1, 2, 3, 4].map((character) => bench.oracle.names(at(character)));
    assert.equal(await third, null);
    assert.deepEqual(bench.asked, [1, 2]);
    bench.answer(named('a'));
    assert.deepEqual(await first, named('a'));
    assert.deepEqual(bench.asked, [1, 2, 4]);
    bench.answer(named('b'));
    bench.answer(named('d'));
    assert.deepEqual(await Promise.all([second, fourth]), [named('b'), named('d')]);
  });

  it('are about a version that is open, before and after', async () => {
    const bench = new Bench();
    assert.equal(await bench.oracle.names(at(1, 2)), null);
    assert.deepEqual(bench.asked, []);
    const answer = bench.oracle.names(at(1));
    bench.version = 2;
    bench.answer(named('old'));
    assert.equal(await answer, null);
  });

  it('are not waited for longer than the deadline, and their answer is kept', async () => {
    const bench = new Bench({ deadlineMs: 5 });
    assert.equal(await bench.oracle.names(at(1)), null);
    bench.answer(named('late'));
    assert.deepEqual(await bench.oracle.names(at(1)), named('late'));
  });

  it('are forgotten, the least recent first', async () => {
    const bench = new Bench({ deadlineMs: 1000, remembered: 1 });
    for (const character of [1, 2, 1]) {
      const answer = bench.oracle.names(at(character));
      bench.answer(named('a'));
      await answer;
    }
    assert.deepEqual(bench.asked, [1, 2, 1]);
  });
});
