// The embedded model's tokenizer, read once for all tests.
import { fileURLToPath } from 'node:url';
import { loadTokenizer, type Tokenizer } from '../../src/model/tokenizer.ts';

export const embeddedModelPath = fileURLToPath(new URL('../../models/palimpsest-135m', import.meta.url));

let loading: Promise<Tokenizer> | undefined;

export function embeddedTokenizer(): Promise<Tokenizer> {
  loading ??= loadTokenizer(embeddedModelPath);
  return loading;
}
