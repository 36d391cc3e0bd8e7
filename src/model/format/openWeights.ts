// The door to weights on disk: a .gguf file, a folder that holds one, or a folder with config.json and safetensors.

import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { openGgufWeights } from './ggufWeights.ts';
import { unreadable } from './modelFile.ts';
import { ModelFileError } from './modelFileError.ts';
import { openSafetensorsWeights } from './safetensorsWeights.ts';
import type { Weights } from './weights.ts';

/** The caller closes the result. @throws ModelFileError if there is no usable model at `path`. */
export async function openWeights(path: string): Promise<Weights> {
  const found = await findGguf(path);
  return found === undefined ? openSafetensorsWeights(path) : openGgufWeights(found);
}

/**
 * `path` itself if it is a file; in a folder model.gguf or, failing that, the only .gguf; undefined in a folder without one.
 * @throws ModelFileError if there is nothing at `path`, or several candidates in a folder.
 */
export async function findGguf(path: string): Promise<string | undefined> {
  const status = await stat(path).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  if (!status.isDirectory()) return path;
  const names = (await readdir(path)).filter((name) => name.endsWith('.gguf'));
  if (names.includes('model.gguf')) return join(path, 'model.gguf');
  if (names.length > 1)
    throw new ModelFileError(path, `holds ${names.length} .gguf files`, 'give the path of one of them');
  return names[0] === undefined ? undefined : join(path, names[0]);
}
