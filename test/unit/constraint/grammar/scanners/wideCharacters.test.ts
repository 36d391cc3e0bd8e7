import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { createHeap } from '../../../../../src/constraint/grammar/scanners/heap.ts';
import { libc } from '../../../../../src/constraint/grammar/scanners/libc.ts';

describe('libc', () => {
  it('classes every code point as the C library that web-tree-sitter brings', async () => {
    const runtime: Record<string, (code: number) => number> = {};
    // a runtime of its own: one that is started already keeps to the object it was started with
    const folder = path.dirname(createRequire(import.meta.url).resolve('web-tree-sitter/web-tree-sitter.wasm'));
    const { Parser } = await import(`${pathToFileURL(path.join(folder, 'web-tree-sitter.js')).href}?own`);
    await Parser.init(runtime);
    const bytes = new Uint8Array(1024);
    const own = libc(bytes, createHeap({ bytes, words: new Uint32Array(bytes.buffer) }, 0, bytes.length));
    for (const name of ['iswspace', 'iswalpha', 'iswalnum', 'iswdigit', 'iswxdigit', 'iswupper', 'iswlower'])
      for (let code = 0; code <= 0x10ffff; code++)
        if (Boolean(own[name]!(code)) !== Boolean(runtime[`_${name}`]!(code)))
          assert.fail(`${name}(0x${code.toString(16)}) is ${own[name]!(code)}`);
    for (const name of ['towupper', 'towlower'])
      for (let code = 0; code <= 0x10ffff; code++)
        if (own[name]!(code) !== runtime[`_${name}`]!(code))
          assert.fail(`${name}(0x${code.toString(16)}) is ${own[name]!(code)}`);
  });

  it('compares and copies as C does', () => {
    const bytes = new Uint8Array(1024);
    const heap = createHeap({ bytes, words: new Uint32Array(bytes.buffer) }, 512, bytes.length);
    const { strcmp, strncmp, strlen, strncpy, memchr, memcmp, memmove } = libc(bytes, heap);
    bytes.set(new TextEncoder().encode('abc\0abd\0'), 16);
    assert.ok(strcmp!(16, 20) < 0 && strcmp!(20, 16) > 0 && strcmp!(16, 16) === 0);
    assert.equal(strncmp!(16, 20, 2), 0);
    assert.ok(memcmp!(16, 20, 3) < 0);
    assert.equal(strlen!(16), 3);
    assert.equal(memchr!(16, 'd'.charCodeAt(0), 8), 22);
    assert.equal(memchr!(16, 'x'.charCodeAt(0), 8), 0);
    strncpy!(64, 16, 6);
    assert.deepEqual([...bytes.subarray(64, 70)], [97, 98, 99, 0, 0, 0]);
    memmove!(65, 64, 3);
    assert.deepEqual([...bytes.subarray(64, 68)], [97, 97, 98, 99]);
  });
});
