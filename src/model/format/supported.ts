// The architectures the graph builder can express, and the sentence that refuses any other.

import { ModelFileError } from './modelFileError.ts';

export function refuseArchitecture(path: string, architecture: string | undefined): ModelFileError {
  return new ModelFileError(
    path,
    `is a model of architecture ${architecture ?? '(none named)'}, which is not supported`,
    'choose a llama or qwen2 model',
  );
}
