// Where a grammar's scanner allocates: malloc over a fixed region of its memory, with blocks of powers of two and a free list for
// each size, so that the handful of arrays a scanner grows and drops at every call cost a few steps and never leak.
import { ScannerFault } from './scannerFault.ts';

/** C's allocation functions; addresses are bytes, sizes are bytes. */
export interface Heap {
  malloc(size: number): number;
  calloc(count: number, size: number): number;
  realloc(address: number, size: number): number;
  free(address: number): void;
  /** Forgets every block. */
  reset(): void;
}

/** Bytes before a block that hold its size class; blocks are aligned to this. */
const headerSize = 16;

/** A heap between two addresses of a memory. Throws `ScannerFault` when it is full: C code that is given no memory would write to address 0. */
export function createHeap(memory: { bytes: Uint8Array; words: Uint32Array }, first: number, end: number): Heap {
  const start = Math.ceil(first / headerSize) * headerSize;
  const free = new Uint32Array(32);
  let top = start;

  const malloc = (size: number): number => {
    const sizeClass = 32 - Math.clz32(Math.max(size, 16) - 1);
    const reused = free[sizeClass]!;
    if (reused !== 0) {
      free[sizeClass] = memory.words[reused >>> 2]!;
      return reused;
    }
    const address = top + headerSize;
    if (address + 2 ** sizeClass > end) throw new ScannerFault('the scanner of a grammar asks for too much memory');
    top = address + 2 ** sizeClass;
    memory.words[(address - headerSize) >>> 2] = sizeClass;
    return address;
  };
  const release = (address: number): void => {
    if (address === 0) return;
    const sizeClass = memory.words[(address - headerSize) >>> 2]!;
    memory.words[address >>> 2] = free[sizeClass]!;
    free[sizeClass] = address;
  };
  return {
    malloc,
    free: release,
    calloc(count, size) {
      const address = malloc(count * size);
      memory.bytes.fill(0, address, address + count * size);
      return address;
    },
    realloc(address, size) {
      if (address === 0) return malloc(size);
      const capacity = 2 ** memory.words[(address - headerSize) >>> 2]!;
      if (size <= capacity) return address;
      const moved = malloc(size);
      memory.bytes.copyWithin(moved, address, address + capacity);
      release(address);
      return moved;
    },
    reset() {
      free.fill(0);
      top = start;
    },
  };
}
