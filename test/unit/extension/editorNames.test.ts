import assert from 'node:assert/strict';
import { type ItemLike, namesOf } from '../../../src/extension/editorNames.ts';

const kinds = { text: 0, method: 1, field: 4, keyword: 13, snippet: 14, user: 25 };
const field = (label: ItemLike['label'], more: Partial<ItemLike> = {}): ItemLike => ({
  label,
  kind: kinds.field,
  ...more,
});
const texts = (items: readonly ItemLike[], typed = ''): string =>
  (namesOf(items, false, typed)?.names ?? []).map(({ text }) => text).join(' ');

describe('names of completion items', () => {
  it('are their labels as far as they are names', () => {
    const labels = ['area', 'size?', 'length() : int', ' push_back(T value)', '•begin()', 'vec![…]', '#own', 'größe'];
    assert.equal(texts(labels.map((label) => field(label))), 'area size length push_back begin vec #own größe');
    assert.equal(texts([field('12'), field('./path'), field('★ area')]), '');
  });

  it('do not come from keywords, snippets and words of the text', () => {
    const others = [kinds.text, kinds.keyword, kinds.snippet, undefined];
    const items = others.map((kind): ItemLike => ({ label: 'x', ...(kind === undefined ? {} : { kind }) }));
    assert.equal(namesOf(items, false, ''), null);
    assert.equal(texts([...items, field('area')]), 'area');
  });

  it('begin with what is typed', () => {
    assert.equal(texts([field('area'), field('angle'), field('size')], 'a'), 'area angle');
    assert.equal(namesOf([field('area')], false, 'x'), null);
  });

  it('have the kinds of the protocol', () => {
    const found = namesOf(
      [field('a'), { label: 'b', kind: kinds.method }, { label: 'c', kind: kinds.user }],
      false,
      '',
    );
    assert.deepEqual(
      found?.names.map(({ kind }) => kind),
      [5, 2, 0],
    );
  });

  it('are in sight if one item of the name is', () => {
    const imported = field({ label: 'Circle', description: './circle' }, { additionalTextEdits: [{}] });
    assert.deepEqual(namesOf([imported], false, '')?.names, [{ text: 'Circle', kind: 5, importedFrom: './circle' }]);
    for (const items of [
      [imported, field('Circle')],
      [field('Circle'), imported],
    ])
      assert.deepEqual(namesOf(items, false, '')?.names, [{ text: 'Circle', kind: 5 }]);
  });

  it('are all that there are unless some are left out', () => {
    assert.equal(namesOf([field('a')], false, '')?.isComplete, true);
    assert.equal(namesOf([field('a')], true, '')?.isComplete, false);
    const many = Array.from({ length: 5_001 }, (_, index) => field(`name${index}`));
    const found = namesOf(many, false, '');
    assert.equal(found?.names.length, 5_000);
    assert.equal(found.isComplete, false);
  });
});
