// Partitions that were kept are taken again, and what is missing or damaged is made.
import assert from 'node:assert/strict';
import { readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { GrammarMasks } from '../../../../../src/constraint/grammar/masks/masks.ts';
import { prepareMasks } from '../../../../../src/constraint/grammar/masks/prepareMasks.ts';
import { embeddedTokenizer } from '../../../../support/embeddedTokenizer.ts';
import { subjectFor } from '../../../../support/grammarText.ts';
import { inTemporaryFolder } from '../../../../support/temporaryFolder.ts';

describe('prepareMasks', () => {
  const open = async (): Promise<GrammarMasks> => {
    const { recogniser, scanner } = await subjectFor('json');
    return new GrammarMasks(recogniser, scanner, (await embeddedTokenizer()).vocabulary);
  };
  const maskBehind = async (masks: GrammarMasks, text: string): Promise<Uint32Array> => {
    const { recogniser } = await subjectFor('json');
    const bits = new Uint32Array(masks.words);
    masks.fillMask(recogniser.feed(recogniser.initial, text) ?? assert.fail(text), bits);
    return bits;
  };
  const onlyFile = async (folder: string): Promise<string> => {
    const [name, ...others] = await readdir(folder);
    assert.deepEqual(others, []);
    return path.join(folder, name!);
  };

  it('leaves one file, from which masks are the same without anything made', () =>
    inTemporaryFolder(async (folder) => {
      const masks = await open();
      await prepareMasks(masks, folder);
      const file = await onlyFile(folder);
      const kept = await readFile(file);
      const again = await open();
      await prepareMasks(again, folder);
      assert.equal(again.partitions.byOpenState.size, masks.partitions.byOpenState.size);
      for (const text of ['', '{"a', '{"a": [1']) {
        assert.deepEqual(await maskBehind(again, text), await maskBehind(await open(), text));
        assert.deepEqual(await maskBehind(masks, text), await maskBehind(again, text));
      }
      assert.deepEqual(await readFile(file), kept);
    }));

  it('writes a damaged file anew', () =>
    inTemporaryFolder(async (folder) => {
      await prepareMasks(await open(), folder);
      const file = await onlyFile(folder);
      const kept = await readFile(file);
      const flipped = Buffer.from(kept);
      flipped[Math.floor(kept.length / 2)]! ^= 1;
      for (const damage of [() => truncate(file, kept.length - 30), () => writeFile(file, flipped)]) {
        await damage();
        const masks = await open();
        await prepareMasks(masks, folder);
        assert.deepEqual(await maskBehind(masks, '[1, '), await maskBehind(await open(), '[1, '));
        const mended = await readFile(file);
        await prepareMasks(await open(), folder);
        assert.deepEqual(await readFile(file), mended);
      }
    }));

  it('stops when asked to and leaves nothing behind', () =>
    inTemporaryFolder(async (folder) => {
      const reason = new Error('enough');
      await assert.rejects(prepareMasks(await open(), folder, AbortSignal.abort(reason)), reason);
      assert.deepEqual(await readdir(folder), []);
    }));
});
