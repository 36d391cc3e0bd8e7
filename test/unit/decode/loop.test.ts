import assert from 'node:assert/strict';
import fc from 'fast-check';
import { endsInLoop } from '../../../src/decode/loop.ts';

describe('a text that repeats itself', () => {
  const repeated = (stretch: readonly number[], length: number): number[] =>
    Array.from({ length }, (_, at) => stretch[at % stretch.length]!);

  it('is a loop once a stretch was said four times in sixteen tokens', () => {
    assert.ok(endsInLoop([7, 8, ...repeated([1, 2], 16)]));
    assert.ok(!endsInLoop([7, 8, ...repeated([1, 2], 15)]));
    assert.ok(endsInLoop(repeated([1, 2, 3, 4, 5, 6, 7], 28)));
    assert.ok(!endsInLoop(repeated([1, 2, 3, 4, 5, 6, 7], 27)));
  });

  it('is none where each line differs in something', () => {
    const lines = Array.from({ length: 12 }, (_, line) => [1, 2, 100 + line, 3, 4]).flat();
    assert.ok(!endsInLoop(lines));
  });

  it('is a loop whatever stands before, and none once something else was said', () => {
    const token = fc.integer({ min: 0, max: 50 });
    const stretch = fc.array(token, { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(fc.array(token), stretch, (before, said) => {
        const looped = [...before, ...repeated(said, 48)];
        assert.ok(endsInLoop(looped));
        assert.ok(!endsInLoop([...looped, 51]));
      }),
    );
  });
});
