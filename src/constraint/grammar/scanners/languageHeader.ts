// The head of a grammar's `TSLanguage`, read from its wasm memory as numbers and addresses. Layout: tree-sitter's parser.h, ABI 14
// and 15, with 32-bit pointers.

/** Counts, addresses and indices of functions (in the module's table); an address is 0 where the grammar has none. */
export interface LanguageHeader {
  readonly abiVersion: number;
  readonly symbolCount: number;
  readonly aliasCount: number;
  readonly tokenCount: number;
  readonly externalTokenCount: number;
  readonly stateCount: number;
  readonly largeStateCount: number;
  readonly productionIdCount: number;
  readonly fieldCount: number;
  readonly parseTable: number;
  readonly smallParseTable: number;
  readonly smallParseTableMap: number;
  readonly parseActions: number;
  readonly symbolNames: number;
  readonly symbolMetadata: number;
  readonly publicSymbolMap: number;
  readonly lexModes: number;
  /** Bytes of one entry of `lexModes`: with reserved words (ABI 15) there is a third number. */
  readonly lexModeSize: number;
  readonly lexFunction: number;
  readonly keywordLexFunction: number;
  readonly keywordCaptureToken: number;
  /** Addresses of the scanner's tables and indices of its functions. */
  readonly scanner: {
    /** State × external token → byte that is 1 where the token is valid. */
    readonly states: number;
    readonly symbolMap: number;
    readonly create: number;
    readonly destroy: number;
    readonly scan: number;
    readonly serialize: number;
    readonly deserialize: number;
  };
  readonly primaryStateIds: number;
  /** 0 before ABI 15. */
  readonly reservedWords: number;
  readonly maxReservedWordSetSize: number;
}

/** Reads the `TSLanguage` at `address`. Throws for an ABI whose layout is not known. */
export function readLanguageHeader(words: Uint32Array, address: number): LanguageHeader {
  const word = (offset: number) => words[(address + offset) >>> 2]!;
  const abiVersion = word(0);
  if (abiVersion !== 14 && abiVersion !== 15) throw new Error(`grammar of unknown ABI ${abiVersion}`);
  const withReservedWords = abiVersion >= 15;
  return {
    abiVersion,
    symbolCount: word(4),
    aliasCount: word(8),
    tokenCount: word(12),
    externalTokenCount: word(16),
    stateCount: word(20),
    largeStateCount: word(24),
    productionIdCount: word(28),
    fieldCount: word(32),
    parseTable: word(40),
    smallParseTable: word(44),
    smallParseTableMap: word(48),
    parseActions: word(52),
    symbolNames: word(56),
    symbolMetadata: word(72),
    publicSymbolMap: word(76),
    lexModes: word(88),
    lexModeSize: withReservedWords ? 6 : 4,
    lexFunction: word(92),
    keywordLexFunction: word(96),
    keywordCaptureToken: word(100) & 0xffff,
    scanner: {
      states: word(104),
      symbolMap: word(108),
      create: word(112),
      destroy: word(116),
      scan: word(120),
      serialize: word(124),
      deserialize: word(128),
    },
    primaryStateIds: word(132),
    reservedWords: withReservedWords ? word(140) : 0,
    maxReservedWordSetSize: withReservedWords ? word(144) & 0xffff : 0,
  };
}
