import assert from 'node:assert/strict';
import { SpeedMeter } from '../../../../src/model/store/speedMeter.ts';

describe('SpeedMeter', () => {
  const meter = (totalBytes: number) => {
    let nowMs = 0;
    const speed = new SpeedMeter(totalBytes, () => nowMs);
    return (atMs: number, doneBytes: number) => {
      nowMs = atMs;
      return speed.progress('x', doneBytes);
    };
  };

  it('tells the speed of the last seconds and what is left at that', () => {
    const at = meter(100_000);
    assert.deepEqual(at(0, 0), { file: 'x', doneBytes: 0, totalBytes: 100_000, bytesPerSecond: 0 });
    assert.equal(at(1000, 5_000)?.bytesPerSecond, 5_000);
    for (let second = 2; second <= 10; second++) at(1000 * second, 5_000 + 1_000 * (second - 1));
    assert.equal(at(11_000, 15_000)?.bytesPerSecond, 1_000);
    assert.equal(at(12_000, 16_000)?.secondsLeft, 84);
  });

  it('tells not too often, and always the end', () => {
    const at = meter(1_000);
    assert.ok(at(0, 0));
    assert.equal(at(50, 100), undefined);
    assert.ok(at(120, 200));
    assert.equal(at(130, 1_000)?.doneBytes, 1_000);
  });

  it('begins anew where bytes had to be thrown away, and says no time where nothing comes', () => {
    const at = meter(10_000);
    at(0, 0);
    at(1000, 5_000);
    assert.equal(at(2000, 0)?.bytesPerSecond, 0);
    assert.equal(at(3000, 1_000)?.bytesPerSecond, 1_000);
    for (let ms = 4000; ms <= 20_000; ms += 1000) at(ms, 1_000);
    assert.equal(at(21_000, 1_000)?.secondsLeft, undefined);
  });
});
