import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Battery } from '../../../src/extension/battery.ts';
import { inTemporaryFolder } from '../../support/temporaryFolder.ts';

type Supply = Readonly<Record<string, string>>;

const laptop = (capacity: number, status = 'Discharging'): Supply => ({
  type: 'Battery',
  status,
  capacity: `${capacity}`,
});
const mains = (online: number): Supply => ({ type: 'Mains', online: `${online}` });
const mouse: Supply = { ...laptop(3), scope: 'Device' };

async function describeSupplies(folder: string, supplies: readonly Supply[]): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  for (const [number, supply] of supplies.entries()) {
    await mkdir(join(folder, `${number}`), { recursive: true });
    for (const [name, value] of Object.entries(supply)) await writeFile(join(folder, `${number}`, name), `${value}\n`);
  }
}

/** What is low of these, below 20 %. */
const low = (...supplies: readonly Supply[]): Promise<number | undefined> =>
  inTemporaryFolder(async (root) => {
    const folder = join(root, 'power');
    await describeSupplies(folder, supplies);
    const battery = new Battery({ folder, everyMs: 1e6, lowBelow: () => 20, changed: () => {} });
    await battery.watch();
    battery.dispose();
    return battery.low;
  });

describe('battery', () => {
  it('is low below the threshold, while nothing charges it', async () => {
    assert.equal(await low(laptop(19)), 19);
    assert.equal(await low(laptop(20)), undefined);
    assert.equal(await low(laptop(5, 'Charging')), undefined);
    assert.equal(await low(laptop(5), mains(1)), undefined);
    assert.equal(await low(laptop(5), mains(0)), 5);
  });

  it('is all batteries of the machine, and not those of its mouse', async () => {
    assert.equal(await low(laptop(5), laptop(21, 'Unknown')), 13);
    assert.equal(await low(laptop(5), laptop(80, 'Unknown')), undefined);
    assert.equal(await low(mouse), undefined);
    assert.equal(await low(mouse, laptop(90)), undefined);
  });

  it('is never low where nothing is known of it', async () => {
    assert.equal(await low(), undefined);
    assert.equal(await low(mains(0)), undefined);
    assert.equal(await low({ type: 'Battery', status: 'Discharging' }), undefined);
    assert.equal(await low(laptop(Number.NaN)), undefined);
  });

  it('is looked at again, and tells when it has become low and when it is no more', () =>
    inTemporaryFolder(async (root) => {
      const folder = join(root, 'power');
      let told = (): void => {};
      const change = (): Promise<void> => new Promise((resolve) => (told = resolve));
      const battery = new Battery({ folder, everyMs: 2, lowBelow: () => 20, changed: () => told() });
      await describeSupplies(folder, [laptop(50)]);
      await battery.watch();
      assert.equal(battery.low, undefined);
      const becameLow = change();
      await writeFile(join(folder, '0', 'capacity'), '10');
      await becameLow;
      assert.ok(battery.low !== undefined);
      const recovered = change();
      await writeFile(join(folder, '0', 'status'), 'Charging');
      await recovered;
      battery.dispose();
      assert.equal(battery.low, undefined);
    }));

  it('goes by the threshold as it is', async () => {
    await inTemporaryFolder(async (root) => {
      const folder = join(root, 'power');
      await describeSupplies(folder, [laptop(10)]);
      let threshold = 0;
      const battery = new Battery({ folder, everyMs: 1e6, lowBelow: () => threshold, changed: () => {} });
      await battery.watch();
      battery.dispose();
      assert.equal(battery.low, undefined);
      threshold = 11;
      assert.equal(battery.low, 10);
    });
  });
});
