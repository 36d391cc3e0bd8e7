// What the user got wrong on the command line or in the input: one clear line, exit code 2.

export class UsageError extends Error {
  override readonly name = 'UsageError';
}
