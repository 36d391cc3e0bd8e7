// Tables of a grammar ↔ the bytes of a file. Layout, little-endian: four letters, the version of this format (16 bits), zeros
// (16), the check sum of what follows them all (CRC-32), its length when decompressed, then a brotli stream: the number of
// sections, their lengths in bytes, and the sections at multiples of four; the first is JSON, the others are arrays.

import { brotliCompressSync, brotliDecompressSync, constants, crc32 } from 'node:zlib';
import type { GrammarTables, LexerTables } from './tables.ts';

const magic = 'PLGT';
const formatVersion = 1;
const headerLength = 16;
/** More than any grammar needs: 64 MiB. */
const longestContent = 2 ** 26;

/** The members that are no arrays. */
interface Head {
  readonly name: string;
  readonly stateCount: number;
  readonly symbolCount: number;
  readonly terminalCount: number;
  readonly symbolNames: readonly string[];
  readonly keywordCapture: number;
  readonly hasKeywords: boolean;
  readonly reservedLengths: readonly number[];
}

type FlatArray = Uint8Array | Uint16Array | Uint32Array;

/** The bytes of a file with these tables. Best compression, which takes long. */
export function packTables(tables: GrammarTables): Uint8Array {
  const head: Head = {
    name: tables.name,
    stateCount: tables.stateCount,
    symbolCount: tables.symbolCount,
    terminalCount: tables.terminalCount,
    symbolNames: tables.symbolNames,
    keywordCapture: tables.keywordCapture,
    hasKeywords: tables.keywords !== undefined,
    reservedLengths: tables.reserved.map(({ length }) => length),
  };
  const content = joinSections([
    new TextEncoder().encode(JSON.stringify(head)),
    tables.literal,
    tables.rowStart,
    tables.rowSymbols,
    tables.rowValues,
    tables.actionStart,
    tables.actionKinds,
    tables.actionValues,
    tables.actionCounts,
    tables.lexStates,
    tables.externalLexStates,
    tables.reservedSets,
    Uint16Array.from(tables.reserved.flatMap((row) => [...row])),
    tables.externalSymbols,
    tables.externalStates,
    ...lexerSections(tables.lexer),
    ...(tables.keywords === undefined ? [] : lexerSections(tables.keywords)),
  ]);
  const packed = brotliCompressSync(content, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
      [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
    },
  });
  const file = Buffer.alloc(headerLength + packed.length);
  file.write(magic, 0, 'latin1');
  file.writeUInt16LE(formatVersion, 4);
  file.writeUInt32LE(content.length, 12);
  file.set(packed, headerLength);
  file.writeUInt32LE(crc32(file.subarray(12)), 8);
  return file;
}

/**
 * The tables in a file. Their arrays are views into one buffer that belongs to them alone. Throws where the bytes are not a file
 * of tables, are of another version of the format, or are damaged.
 */
export function unpackTables(bytes: Uint8Array): GrammarTables {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (file.length < headerLength || file.toString('latin1', 0, 4) !== magic)
    throw new Error('not a file of parse tables');
  const version = file.readUInt16LE(4);
  if (version !== formatVersion)
    throw new Error(`parse tables of format ${version}, and this program reads format ${formatVersion}`);
  const contentLength = file.readUInt32LE(12);
  if (crc32(file.subarray(12)) !== file.readUInt32LE(8) || contentLength > longestContent)
    throw new Error('the file of parse tables is damaged');
  // One chunk of the right size: the stream is decompressed at once and nothing is copied.
  const content = brotliDecompressSync(file.subarray(headerLength), {
    chunkSize: Math.max(contentLength, 1024),
    maxOutputLength: longestContent,
  });
  if (content.length !== contentLength) throw new Error('the file of parse tables is damaged');
  return readContent(new SectionReader(content));
}

function readContent(sections: SectionReader): GrammarTables {
  const { hasKeywords, reservedLengths, ...head }: Head = JSON.parse(new TextDecoder().decode(sections.bytes()));
  const literal = sections.bytes();
  const [rowStart, rowSymbols, rowValues] = [sections.longs(), sections.words(), sections.words()];
  const actionStart = sections.longs();
  const [actionKinds, actionValues, actionCounts] = [sections.bytes(), sections.words(), sections.bytes()];
  const [lexStates, externalLexStates, reservedSets] = [sections.words(), sections.words(), sections.words()];
  const reservedWords = sections.words();
  const [externalSymbols, externalStates] = [sections.words(), sections.longs()];
  const lexer = readLexer(sections);
  let end = 0;
  return {
    ...head,
    literal,
    rowStart,
    rowSymbols,
    rowValues,
    actionStart,
    actionKinds,
    actionValues,
    actionCounts,
    lexStates,
    externalLexStates,
    reservedSets,
    reserved: reservedLengths.map((length) => {
      end += length;
      return reservedWords.subarray(end - length, end);
    }),
    externalSymbols,
    externalStates,
    lexer,
    keywords: hasKeywords ? readLexer(sections) : undefined,
  };
}

function lexerSections(lexer: LexerTables): FlatArray[] {
  const { accept, ascii, atEnd, rangeStart, rangeFirst, rangeLast, rangeTarget } = lexer;
  return [accept, ascii, atEnd, rangeStart, rangeFirst, rangeLast, rangeTarget];
}

function readLexer(sections: SectionReader): LexerTables {
  const [accept, ascii, atEnd] = [sections.words(), sections.words(), sections.words()];
  const [rangeStart, rangeFirst, rangeLast] = [sections.longs(), sections.longs(), sections.longs()];
  return {
    stateCount: accept.length,
    accept,
    ascii,
    atEnd,
    rangeStart,
    rangeFirst,
    rangeLast,
    rangeTarget: sections.words(),
  };
}

function joinSections(sections: readonly FlatArray[]): Uint8Array {
  const lengths = sections.map(({ byteLength }) => byteLength);
  const content = new Uint8Array(lengths.reduce((sum, length) => sum + align(length), 4 + sections.length * 4));
  new Uint32Array(content.buffer, 0, 1 + sections.length).set([sections.length, ...lengths]);
  let at = 4 + sections.length * 4;
  for (const section of sections) {
    content.set(new Uint8Array(section.buffer, section.byteOffset, section.byteLength), at);
    at += align(section.byteLength);
  }
  return content;
}

/** Gives out the sections of a content in their order, as views. */
class SectionReader {
  readonly #buffer: ArrayBufferLike;
  readonly #lengths: Uint32Array;
  #next = 0;
  #at: number;

  constructor(content: Uint8Array) {
    const aligned = content.byteOffset % 4 === 0 ? content : new Uint8Array(content);
    this.#buffer = aligned.buffer;
    const [count = 0] = new Uint32Array(this.#buffer, aligned.byteOffset, 1);
    this.#lengths = new Uint32Array(this.#buffer, aligned.byteOffset + 4, count);
    this.#at = aligned.byteOffset + 4 + count * 4;
  }

  bytes(): Uint8Array {
    const length = this.#lengths[this.#next++];
    if (length === undefined) throw new Error('the file of parse tables ends too early');
    const section = new Uint8Array(this.#buffer, this.#at, length);
    this.#at += align(length);
    return section;
  }

  words(): Uint16Array {
    const { byteOffset, byteLength } = this.bytes();
    return new Uint16Array(this.#buffer, byteOffset, byteLength / 2);
  }

  longs(): Uint32Array {
    const { byteOffset, byteLength } = this.bytes();
    return new Uint32Array(this.#buffer, byteOffset, byteLength / 4);
  }
}

function align(length: number): number {
  return (length + 3) & ~3;
}
