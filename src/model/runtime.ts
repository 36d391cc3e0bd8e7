// onnxruntime, loaded when the first model is opened: an engine whose runtime is not there, or does not run here, can then still say so.
export type Runtime = typeof import('onnxruntime-node');

/** Why there is no runtime here, in one sentence that says what to do. */
export class RuntimeError extends Error {
  override readonly name = 'RuntimeError';
}

/** @throws RuntimeError */
export async function loadRuntime(): Promise<Runtime> {
  try {
    return await import('onnxruntime-node');
  } catch (error) {
    throw new RuntimeError(reasonOf(error), { cause: error });
  }
}

/** What a runtime of each platform needs of it. */
const needs: Partial<Record<NodeJS.Platform, string>> = {
  win32: 'install the Microsoft Visual C++ Redistributable',
  linux: 'it needs a Linux with glibc 2.28 or newer',
  darwin: 'it needs macOS 14 or newer, and 13.4 on a processor by Intel',
};

function reasonOf(error: unknown): string {
  const { code, message } = error instanceof Error ? (error as NodeJS.ErrnoException) : { code: '', message: '' };
  const machine = `${process.platform}-${process.arch}`;
  if (code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND')
    return `This package of Palimpsest does not run on ${machine}: install the one that is made for ${machine}.`;
  const need = needs[process.platform] ?? 'install the package of Palimpsest that is made for it';
  return `The runtime cannot be loaded on ${machine} (${message.split('\n', 1)[0]}): ${need}.`;
}
