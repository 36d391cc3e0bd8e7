import assert from 'node:assert/strict';
import { modelInUse, modelRows, type RowFacts } from '../../../src/extension/modelRows.ts';
import type { Translate } from '../../../src/extension/silence.ts';
import type { ListedModel } from '../../../src/protocol/models.ts';

const plain: Translate = (message, ...args) => message.replace(/\{(\d)\}/g, (_, index) => `${args[Number(index)]}`);

const embedded: ListedModel = {
  id: 'small',
  name: 'Small',
  state: 'embedded',
  bytes: 79e6,
  path: '/extension/models/small',
  licence: 'Apache-2.0',
  languages: ['*'],
  fitness: 'Comes with the extension.',
  memoryBytes: 600e6,
  speed: { tokenMs: 10, isMeasured: true },
};
const large: ListedModel = {
  id: 'large',
  name: 'Large',
  state: 'available',
  bytes: 0,
  downloadBytes: 8.1e9,
  licence: 'MIT',
  languages: ['python', 'go'],
  fitness: 'Knows more.',
  page: 'https://hub/someone/large',
  memoryBytes: 14e9,
  speed: { tokenMs: 500, isMeasured: false },
};
const mine: ListedModel = { id: 'mine', name: 'Mine', state: 'imported', bytes: 1e9, path: '/models/mine' };

/** Rows as text, in columns. */
function drawn(models: readonly ListedModel[], facts: Partial<RowFacts> = {}): readonly string[] {
  const rows = modelRows({ models, memoryBytes: 16e9, setting: '', allowedMiB: 0, ...facts }, plain);
  return [...rows.installed, ...rows.available].map(
    ({ label, description, detail, actions }) => `${label} | ${description} | ${detail} | ${actions.join(' ')}`,
  );
}

describe('rows of models', () => {
  it('say what is in use, sizes, licences, speeds and what a model is good for; installed ones first', () => {
    assert.deepEqual(drawn([large, embedded, mine]), [
      '$(check) Small | in use · 79 MB · Apache-2.0 · 100 tokens/s: quick | Comes with the extension. · most languages | try card',
      'Mine | 1.0 GB | imported | try remove',
      'Large | about 8.1 GB · MIT · about 2.0 tokens/s: too slow to type with | Knows more. · python, go | page',
    ]);
  });

  it('say nothing of what is not known', () => {
    const { speed, downloadBytes, memoryBytes, ...unknown } = large;
    assert.deepEqual(drawn([unknown]), ['Large | MIT | Knows more. · python, go | page']);
  });

  it('say how much of a download is here, and that it is under way', () => {
    const begun = { ...large, state: 'begun', bytes: 4e9 } as const;
    assert.match(drawn([begun])[0]!, /\| 4\.0 GB of about 8\.1 GB are here · MIT .*\| page discard$/);
    assert.match(drawn([{ ...begun, isBusy: true }])[0]!, /\| being downloaded · MIT /);
  });

  it('say where files lie that are used there', () => {
    assert.match(drawn([{ ...mine, path: '/disk/m.gguf', isInPlace: true }])[0]!, / \/disk\/m\.gguf \| try remove$/);
  });

  it('warn of a model that needs more memory than is allowed, or than there is', () => {
    assert.match(
      drawn([large], { allowedMiB: 2000 })[0]!,
      /\| \$\(warning\) needs about 14\.0 GB of memory, and palimpsest\.memoryMiB allows 2\.1 GB · Knows more/,
    );
    assert.match(
      drawn([large], { memoryBytes: 8e9 })[0]!,
      /\| \$\(warning\) needs about 14\.0 GB of memory, and this machine has 8\.0 GB · Knows more/,
    );
  });
});

describe('the model in use', () => {
  it('is the one that the setting means: by its id, by its path, or the embedded one', () => {
    const models = [embedded, large, mine];
    assert.equal(modelInUse(models, ''), embedded);
    assert.equal(modelInUse(models, 'small'), embedded);
    assert.equal(modelInUse(models, 'mine'), mine);
    assert.equal(modelInUse(models, '/models/mine'), mine);
    // it is not here
    assert.equal(modelInUse(models, 'large'), undefined);
    assert.equal(modelInUse(models, '/elsewhere/model.gguf'), undefined);
  });
});
