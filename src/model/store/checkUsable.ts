// Whether what lies at a path is a model that can be loaded, as far as its headers and its tokenizer tell.
import { openWeights } from '../format/openWeights.ts';
import { loadTokenizer } from '../tokenizer.ts';

/** @throws ModelFileError that says what is wrong with the .gguf file or model folder at `path` */
export async function checkUsable(path: string): Promise<void> {
  await (await openWeights(path)).close();
  await loadTokenizer(path);
}
