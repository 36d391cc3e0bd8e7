// Ids of models, which are the names of their folders as well.
import { partialEnding } from '../../protocol/models.ts';
import { isPlainFileName } from '../format/fileName.ts';

/** Ends the name of the lock that lies beside a model's folder while it is made. */
const lockEnding = '.lock';

const longest = 64;

/** Whether `id` may name a model: a plain file name in lower case that is taken for nothing else in the folder of models. */
export function isModelId(id: string): boolean {
  const isTaken = id.endsWith(partialEnding) || id.endsWith(lockEnding);
  return id.length <= longest && id === id.toLowerCase() && isPlainFileName(id) && !isTaken;
}

/** An id made of a file's or folder's name; undefined where nothing is left of it. */
export function modelIdOf(name: string): string | undefined {
  const id = name
    .replace(/\.gguf$/i, '')
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[._-]+/, '')
    .slice(0, longest)
    .replace(/[._-]+$/, '');
  return isModelId(id) ? id : undefined;
}
