import assert from 'node:assert/strict';
import { Trace } from '../../../src/base/trace.ts';

describe('Trace', () => {
  it('draws spans as an indented tree, repeated ones as one line', async () => {
    const trace = new Trace('complete');
    await trace.span('prefill', () => trace.span('forward', async () => {}));
    for (let i = 0; i < 3; i++) await trace.span('forward', async () => {});
    trace.end();
    assert.equal(
      trace.toString().replaceAll(/[\d.]+ms/g, 'Nms'),
      ['Nms complete', '  Nms prefill', '    Nms forward', '  3×Nms forward'].join('\n'),
    );
  });

  it('says what is to be known beside the times', () => {
    const trace = new Trace('complete');
    trace.note('names: on');
    assert.match(trace.toString(), /^\S+ complete\n {2}names: on$/);
  });

  it('closes a span whose work throws', () => {
    const trace = new Trace('complete');
    assert.throws(() =>
      trace.spanSync('render', () => {
        throw new Error('no');
      }),
    );
    trace.spanSync('next', () => {});
    assert.match(trace.toString(), /^\S+ complete\n {2}\S+ render\n {2}\S+ next$/);
  });

  it('exports complete events in microseconds', () => {
    const trace = new Trace('complete');
    trace.spanSync('render', () => {});
    const events = trace.toChromeEvents() as { name: string; ph: string; dur: number }[];
    assert.deepEqual(
      events.map(({ name, ph }) => [name, ph]),
      [
        ['complete', 'X'],
        ['render', 'X'],
      ],
    );
  });
});
