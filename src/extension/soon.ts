// Calls that come in bursts → one, in a moment.

/** A function that has `run` called once, `delayMs` after the first of the calls that came until then. */
export function soon(run: () => void, delayMs: number): { (): void; dispose(): void } {
  let timer: NodeJS.Timeout | undefined;
  const call = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      run();
    }, delayMs);
  };
  return Object.assign(call, {
    dispose: () => {
      clearTimeout(timer);
    },
  });
}
