import assert from 'node:assert/strict';
import { PerDocument } from '../../../src/extension/perDocument.ts';

describe('what is found per document', () => {
  const asked: string[] = [];
  const perDocument = new PerDocument((document: { name: string; languageId: string }) => {
    asked.push(document.name);
    return `${document.name} in ${document.languageId}`;
  });
  const one = { name: 'one', languageId: 'python' };
  const other = { name: 'other', languageId: 'go' };

  it('is found once for each document, and again in another language or once it is forgotten', () => {
    assert.equal(perDocument.of(one), 'one in python');
    assert.equal(perDocument.of(one), 'one in python');
    assert.equal(perDocument.of(other), 'other in go');
    one.languageId = 'rust';
    assert.equal(perDocument.of(one), 'one in rust');
    perDocument.forget();
    assert.equal(perDocument.of(one), 'one in rust');
    assert.deepEqual(asked, ['one', 'other', 'one', 'one']);
  });
});
