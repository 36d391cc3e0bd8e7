import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { keepSpeed, keptSpeeds, type MeasuredSpeed, speedOf } from '../../../src/model/measuredSpeed.ts';
import { inTemporaryFolder } from '../../support/temporaryFolder.ts';

const small: MeasuredSpeed = { modelPath: '/small', device: 'cpu', threads: 2, weightBytes: 100, tokenMs: 10 };
const large: MeasuredSpeed = { modelPath: '/large', device: 'cpu', threads: 2, weightBytes: 1000, tokenMs: 70 };

describe('what a token is expected to take', () => {
  it('is nothing where nothing was measured', () => {
    assert.equal(speedOf({ path: '/small', weightBytes: 100 }, [], 'cpu'), undefined);
    assert.equal(speedOf({ path: '/small', weightBytes: 100 }, [{ ...small, device: 'webgpu' }], 'cpu'), undefined);
    assert.equal(speedOf({ path: '/other', weightBytes: undefined }, [small], 'cpu'), undefined);
  });

  it('is what was measured of the model itself, the least where that was done twice', () => {
    const measured = [large, { ...small, threads: 1, tokenMs: 15 }, small];
    assert.deepEqual(speedOf({ path: '/small', weightBytes: 100 }, measured, 'cpu'), { tokenMs: 10, isMeasured: true });
  });

  it('otherwise grows with the bytes of the weights, from the model nearest in size', () => {
    const of = (weightBytes: number): unknown => speedOf({ weightBytes }, [small, large], 'cpu');
    assert.deepEqual(of(200), { tokenMs: 20, isMeasured: false });
    assert.deepEqual(of(2000), { tokenMs: 140, isMeasured: false });
    assert.deepEqual(of(900), { tokenMs: 63, isMeasured: false });
  });

  it('is kept over a restart, but for what is damaged', () =>
    inTemporaryFolder(async (folder) => {
      assert.deepEqual(await keptSpeeds(join(folder, 'speeds')), []);
      await keepSpeed(join(folder, 'speeds'), 'a', small);
      await keepSpeed(join(folder, 'speeds'), 'a', { ...small, tokenMs: 12 });
      await writeFile(join(folder, 'speeds', 'b.json'), '{');
      await writeFile(join(folder, 'speeds', 'c.json'), JSON.stringify({ ...small, tokenMs: 0 }));
      await mkdir(join(folder, 'speeds', 'd.json'));
      assert.deepEqual(await keptSpeeds(join(folder, 'speeds')), [{ ...small, tokenMs: 12 }]);
      // a disk that takes nothing is no reason to fail
      await keepSpeed(join(folder, 'speeds', 'b.json', 'under a file'), 'a', small);
    }));
});
