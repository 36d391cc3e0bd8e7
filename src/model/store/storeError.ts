// Why a model could not be installed, imported or removed.
import type { StoreProblem } from '../../protocol/models.ts';

/** `message` is one sentence that ends in what to do about it. */
export class ModelStoreError extends Error {
  override readonly name = 'ModelStoreError';
  readonly problem: StoreProblem;

  constructor(problem: StoreProblem, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.problem = problem;
  }
}

/** The code of an error of Node's, or of the one that caused it. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return 'code' in error && typeof error.code === 'string' ? error.code : errorCode(error.cause);
}

/** Whether `error` says that there was no room for what had to be written. */
export function isDiskFull(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'ENOSPC' || code === 'EDQUOT';
}

const unwritable = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'EISDIR']);

/** `error` as trouble with the disk that holds `folder`, where it is that; else as it is. */
export function diskError(folder: string, error: unknown): unknown {
  if (error instanceof ModelStoreError) return error;
  const code = errorCode(error);
  if (isDiskFull(error))
    return new ModelStoreError('disk', `The disk that holds ${folder} is full: free some space and try again.`, error);
  if (code === 'EBUSY' || code === 'ETXTBSY')
    return new ModelStoreError('disk', `${folder} is in use: close what uses the model and try again.`, error);
  if (code !== undefined && unwritable.has(code))
    return new ModelStoreError(
      'disk',
      `${folder} cannot be written (${code}): mend its permissions or choose another folder for models.`,
      error,
    );
  return error;
}
