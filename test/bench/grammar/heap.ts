// What is in use on the heap and in buffers, after a collection.

import { setImmediate } from 'node:timers/promises';
import v8 from 'node:v8';
import vm from 'node:vm';

v8.setFlagsFromString('--expose-gc');
const collect = vm.runInNewContext('gc') as () => void;

/** Bytes. Memory of WebAssembly counts where the runtime reports it. */
export async function heapBytes(): Promise<number> {
  // what waits for the end of something else is free only in a later turn
  for (let turn = 0; turn < 4; turn += 1) {
    collect();
    await setImmediate();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
