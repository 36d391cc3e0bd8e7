// The one error a user sees when a model on disk cannot be used: what is wrong with which file, and what to do about it.

/** `message` is one sentence: the file, the problem, the advice. */
export class ModelFileError extends Error {
  override readonly name = 'ModelFileError';
  readonly path: string;

  /** `problem` continues a sentence that starts with the path ("ends too early"); `advice` is an imperative ("download it again"). */
  constructor(path: string, problem: string, advice = 'download it again', cause?: unknown) {
    super(`${path} ${problem}: ${advice}.`, cause === undefined ? undefined : { cause });
    this.path = path;
  }
}
