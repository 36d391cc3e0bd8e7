// The wasm of one tree-sitter grammar, run by itself: instantiated with its own memory and table, without tree-sitter's runtime, so
// that its lexers and its external scanner can be called on any text and its tables read. Its `TSLexer` is answered by JavaScript.
import { createHeap } from './heap.ts';
import { type LanguageHeader, readLanguageHeader } from './languageHeader.ts';
import { libc } from './libc.ts';
import { type IntegerFunction, readDynamicLinking, reexportingModule } from './wasmEncoding.ts';

/** Who answers a `TSLexer`: `TextInput`, or whatever else reads characters. `advance` has to call `setLookahead`. */
export interface LexerCallbacks {
  advance(skip: boolean): void;
  markEnd(): void;
  column(): number;
  atIncludedRangeStart(): boolean;
  atEnd(): boolean;
}

/** An instance of a grammar. Its memory never grows, so the views stay valid; it serves one caller at a time. */
export interface GrammarModule {
  /** `typescript`, `c_sharp`, … */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly halfWords: Uint16Array;
  readonly words: Uint32Array;
  readonly language: LanguageHeader;
  /** Address of the `TSLexer` to give to lexers and scanners. */
  readonly lexer: number;
  /** Who answers that lexer; set it before a call. */
  callbacks: LexerCallbacks;
  setLookahead(code: number): void;
  /** The symbol the last lexer or scanner to answer yes has set. */
  resultSymbol(): number;
  /** The function at an index of the table, such as `language.lexFunction`. */
  callable(index: number): (...values: number[]) => number;
  /** Memory for the caller's own use, for as long as the instance lives; not touched by `recover`. */
  reserve(size: number): number;
  /** After a trap or an exception out of a call: the stack is unwound and everything the scanner allocated is gone. */
  recover(): void;
}

const pageSize = 65536;
/** Addresses below stay unused, so that no object lies at 0. */
const memoryBase = 1024;
const tableBase = 1;
const stackSize = 2 * pageSize;
const reservedSize = pageSize;
const heapSize = 16 * pageSize;

/** The callbacks of `TSLexer` in the order of its fields after `lookahead` (i32) and `result_symbol` (u16). */
const lexerFunctions: readonly IntegerFunction[] = [
  { name: 'advance', parameters: 2, returns: false },
  { name: 'mark_end', parameters: 1, returns: false },
  { name: 'get_column', parameters: 1, returns: true },
  { name: 'is_at_included_range_start', parameters: 1, returns: true },
  { name: 'eof', parameters: 1, returns: true },
  { name: 'log', parameters: 3, returns: false },
];
const lexerSize = 32;
const resultSymbolOffset = 4;
const firstCallbackOffset = 8;

const nothing: LexerCallbacks = {
  advance: () => undefined,
  markEnd: () => undefined,
  column: () => 0,
  atIncludedRangeStart: () => false,
  atEnd: () => true,
};

/** Instantiates a grammar from the bytes of its wasm. Throws if they are no side module of a grammar, or import what is not known. */
export async function loadGrammarModule(wasm: Uint8Array): Promise<GrammarModule> {
  const module = await WebAssembly.compile(wasm);
  const [section] = WebAssembly.Module.customSections(module, 'dylink.0');
  const linking = section && readDynamicLinking(new Uint8Array(section));
  if (!linking) throw new Error('this wasm is no side module: it has no dylink.0 section with memory info');

  const stackTop = alignUp(memoryBase + linking.memorySize + stackSize, 16);
  const heapStart = stackTop + reservedSize;
  const pages = Math.ceil((heapStart + heapSize) / pageSize);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const [bytes, halfWords] = [new Uint8Array(memory.buffer), new Uint16Array(memory.buffer)];
  const words = new Uint32Array(memory.buffer);
  const callbackBase = alignUp(tableBase, 2 ** linking.tableAlignment) + linking.tableSize;
  const table = new WebAssembly.Table({ initial: callbackBase + lexerFunctions.length, element: 'anyfunc' });
  const stackPointer = new WebAssembly.Global({ value: 'i32', mutable: true }, stackTop);
  const heap = createHeap({ bytes, words }, heapStart, pages * pageSize);

  const known: Record<string, unknown> = {
    memory,
    __indirect_function_table: table,
    __memory_base: new WebAssembly.Global({ value: 'i32' }, alignUp(memoryBase, 2 ** linking.memoryAlignment)),
    __table_base: new WebAssembly.Global({ value: 'i32' }, alignUp(tableBase, 2 ** linking.tableAlignment)),
    __stack_pointer: stackPointer,
    ...libc(bytes, heap),
  };
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    if (from !== 'env' || !(name in known)) throw new Error(`the grammar imports ${from}.${name}, which is not known`);
  }
  const { exports } = await WebAssembly.instantiate(module, { env: known });
  const call = (name: string) => (exports[name] as (() => number) | undefined)?.();
  call('__wasm_apply_data_relocs');
  call('__wasm_call_ctors');
  const entry = Object.keys(exports).find((name) => /^tree_sitter_(?!.*_external_scanner_)/.test(name));
  if (entry === undefined) throw new Error('this wasm exports no grammar');

  const lexer = stackTop;
  let reservedTop = lexer + lexerSize;
  const instance: GrammarModule = {
    name: entry.slice('tree_sitter_'.length),
    bytes,
    halfWords,
    words,
    language: readLanguageHeader(words, call(entry)!),
    lexer,
    callbacks: nothing,
    setLookahead(code) {
      words[lexer >>> 2] = code;
    },
    resultSymbol: () => halfWords[(lexer + resultSymbolOffset) >>> 1]!,
    callable(index) {
      const callee = table.get(index);
      if (typeof callee !== 'function') throw new RangeError(`the table has no function at ${index}`);
      return callee as (...values: number[]) => number;
    },
    reserve(size) {
      const address = reservedTop;
      reservedTop = alignUp(address + size, 16);
      if (reservedTop > heapStart) throw new RangeError('no memory left to reserve');
      return address;
    },
    recover() {
      stackPointer.value = stackTop;
      heap.reset();
    },
  };
  for (const [i, callback] of answeringFunctions(instance).entries()) {
    table.set(callbackBase + i, callback);
    words[(lexer + firstCallbackOffset + 4 * i) >>> 2] = callbackBase + i;
  }
  return instance;
}

/** The functions of `lexerFunctions` as a table takes them; each asks whoever answers at the time. */
function answeringFunctions(instance: GrammarModule): unknown[] {
  const js = {
    advance: (_lexer: number, skip: number) => instance.callbacks.advance(skip !== 0),
    mark_end: () => instance.callbacks.markEnd(),
    get_column: () => instance.callbacks.column(),
    is_at_included_range_start: () => instance.callbacks.atIncludedRangeStart(),
    eof: () => instance.callbacks.atEnd(),
    log: () => undefined,
  };
  const module = new WebAssembly.Module(reexportingModule(lexerFunctions));
  const { exports } = new WebAssembly.Instance(module, { js });
  return lexerFunctions.map(({ name }) => exports[name]);
}

const alignUp = (address: number, alignment: number): number => Math.ceil(address / alignment) * alignment;
