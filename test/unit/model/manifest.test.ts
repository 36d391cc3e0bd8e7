import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { layoutFor } from '../../../src/prompt/layouts.ts';
import { embeddedTokenizer } from '../../support/embeddedTokenizer.ts';

interface Manifest {
  readonly embedded: string;
  readonly models: readonly {
    readonly id: string;
    readonly layout: string;
    readonly files: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>;
  }[];
}

describe('models/manifest.json', () => {
  it('tells the truth about the embedded model', async () => {
    const manifest = JSON.parse(await readFile('models/manifest.json', 'utf8')) as Manifest;
    const model = manifest.models.find(({ id }) => id === manifest.embedded);
    assert.ok(model);
    for (const [name, { bytes, sha256 }] of Object.entries(model.files)) {
      const file: Buffer = await readFile(`models/${model.id}/${name}`);
      assert.equal(file.length, bytes, name);
      assert.equal(createHash('sha256').update(file).digest('hex'), sha256, name);
    }
    assert.equal(layoutFor(model.id, await embeddedTokenizer())?.order, model.layout);
  });
});
