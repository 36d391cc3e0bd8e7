// The functions of the C library that the wasm of grammars imports, on their memory: C11 chapter 7, as far as a grammar uses it.
import type { Heap } from './heap.ts';
import { ScannerFault } from './scannerFault.ts';
import { isWideDigit, isWideHexDigit, isWideLetter, isWideSpace, toWideLower, toWideUpper } from './wideCharacters.ts';

/** Name → function, to be given as imports. Wide characters are code points; addresses and sizes come as signed 32-bit integers. */
export function libc(memory: Uint8Array, heap: Heap): Record<string, (...values: number[]) => number> {
  const compare = (a: number, b: number, count: number, stopAtZero: boolean): number => {
    for (let i = 0; i < count; i++) {
      const difference = memory[a + i]! - memory[b + i]!;
      if (difference !== 0) return difference;
      if (stopAtZero && memory[a + i] === 0) return 0;
    }
    return 0;
  };
  const move = (to: number, from: number, count: number): number => {
    memory.copyWithin(to >>> 0, from >>> 0, (from >>> 0) + (count >>> 0));
    return to;
  };
  const functions: Record<string, (...values: never[]) => number | boolean | undefined> = {
    malloc: (size: number) => heap.malloc(size >>> 0),
    calloc: (count: number, size: number) => heap.calloc(count >>> 0, size >>> 0),
    realloc: (address: number, size: number) => heap.realloc(address >>> 0, size >>> 0),
    free(address: number) {
      heap.free(address >>> 0);
      return undefined;
    },
    memcpy: move,
    memmove: move,
    memset(to: number, value: number, count: number) {
      memory.fill(value, to >>> 0, (to >>> 0) + (count >>> 0));
      return to;
    },
    memcmp: (a: number, b: number, count: number) => compare(a >>> 0, b >>> 0, count >>> 0, false),
    memchr(from: number, value: number, count: number) {
      const at = memory.subarray(from >>> 0, (from >>> 0) + (count >>> 0)).indexOf(value & 0xff);
      return at < 0 ? 0 : (from >>> 0) + at;
    },
    strlen: (from: number) => memory.indexOf(0, from >>> 0) - (from >>> 0),
    strcmp: (a: number, b: number) => compare(a >>> 0, b >>> 0, memory.length, true),
    strncmp: (a: number, b: number, count: number) => compare(a >>> 0, b >>> 0, count >>> 0, true),
    strncpy(to: number, from: number, count: number) {
      const end = memory.indexOf(0, from >>> 0);
      const copied = Math.min(count >>> 0, end - (from >>> 0));
      move(to, from, copied);
      memory.fill(0, (to >>> 0) + copied, (to >>> 0) + (count >>> 0));
      return to;
    },
    iswspace: isWideSpace,
    iswdigit: isWideDigit,
    iswxdigit: isWideHexDigit,
    iswalpha: isWideLetter,
    iswalnum: (code: number) => isWideDigit(code) || isWideLetter(code),
    iswupper: (code: number) => toWideLower(code) !== code,
    iswlower: (code: number) => toWideUpper(code) !== code,
    towupper: toWideUpper,
    towlower: toWideLower,
    __assert_fail() {
      throw new ScannerFault('an assertion in the scanner of a grammar failed');
    },
  };
  return functions as Record<string, (...values: number[]) => number>;
}
