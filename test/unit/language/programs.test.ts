import assert from 'node:assert/strict';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { nativeTypescript, programOnPath, shippedTypescript } from '../../../src/language/programs.ts';
import { inTemporaryFolder } from '../../support/temporaryFolder.ts';

const suffix = process.platform === 'win32' ? '.exe' : '';

async function program(path: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path + suffix, '');
  await chmod(path + suffix, 0o755);
  return path + suffix;
}

async function native(folder: string, version: string): Promise<string> {
  const home = join(folder, 'node_modules', '@typescript', `typescript-${process.platform}-${process.arch}`);
  const path = await program(join(home, 'lib', 'tsc'));
  await writeFile(join(home, 'package.json'), JSON.stringify({ version }));
  return path;
}

describe('programs of language servers', () => {
  it('are found on the PATH, in folders that are said in full', () =>
    inTemporaryFolder(async (folder) => {
      const path = await program(join(folder, 'two', 'gopls'));
      await mkdir(join(folder, 'one', 'gopls'), { recursive: true });
      const folders = ['.', join(folder, 'nowhere'), join(folder, 'one'), join(folder, 'two')];
      assert.equal(await programOnPath('gopls', folders.join(delimiter)), path);
      assert.equal(await programOnPath('clangd', folders.join(delimiter)), undefined);
      assert.equal(await programOnPath('gopls', ''), undefined);
    }));

  it('are those of a workspace where they are new enough', () =>
    inTemporaryFolder(async (folder) => {
      assert.equal(await nativeTypescript(folder), undefined);
      const path = await native(folder, '7.1.0');
      assert.equal(await nativeTypescript(folder), path);
      await native(folder, '6.9.0');
      assert.equal(await nativeTypescript(folder), undefined);
    }));

  it('lie beside the bundle, or above it in a checkout', () =>
    inTemporaryFolder(async (folder) => {
      const inCheckout = await native(folder, '7.0.2');
      assert.equal(await shippedTypescript(join(folder, 'dist', 'engine.js')), inCheckout);
      const shipped = await native(join(folder, 'dist'), '7.0.2');
      assert.equal(await shippedTypescript(join(folder, 'dist', 'engine.js')), shipped);
      assert.match((await shippedTypescript()) ?? '', /typescript-.*tsc/);
    }));
});
