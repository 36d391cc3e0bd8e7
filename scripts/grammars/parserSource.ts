// src/parser.c of a grammar → its tables as they lie in memory, and its lexers as automata. Every declaration of the file is
// either read here or named as of no use here; anything else is an error.

import type { LexerTables } from '../../src/constraint/grammar/tables.ts';
import { type Constants, readFlatArray, readLexModes, readMetadata, readParseActions, readRows } from './cArrays.ts';
import type { CharacterRange } from './characterTests.ts';
import { CReader } from './cReader.ts';
import type { GrammarSource } from './grammarSource.ts';
import { readLexerFunction } from './lexerFunction.ts';

export interface ParserSource {
  readonly source: GrammarSource;
  readonly lexer: LexerTables;
  readonly keywords: LexerTables | undefined;
  /** Suffix of the name of the exported function: `tree_sitter_typescript`. */
  readonly exportName: string;
}

/** Directives around the declarations, which change nothing in them. */
const knownDirectives = [
  /^#include "tree_sitter\/parser\.h"$/,
  /^#if defined\(__GNUC__\) \|\| defined\(__clang__\)$/,
  /^#pragma GCC diagnostic ignored "-Wmissing-field-initializers"$/,
  /^#ifdef (__cplusplus|TREE_SITTER_HIDE_SYMBOLS|_MSC_VER)$/,
  /^#elif defined\((_WIN32|__clang__|__GNUC__)\)$/,
  /^#pragma (optimize\("", off\)|clang optimize off|GCC optimize \("O0"\))$/,
  /^#define TS_PUBLIC( __declspec\(dllexport\)| __attribute__\(\(visibility\("default"\)\)\))?$/,
  /^#else$/,
  /^#endif$/,
];

/** Arrays that serve trees and queries, not recognition. */
const unusedArrays = new Set([
  'ts_symbol_map',
  'ts_field_names',
  'ts_field_map_slices',
  'ts_field_map_entries',
  'ts_alias_sequences',
  'ts_non_terminal_alias_map',
  'ts_primary_state_ids',
  'ts_supertype_symbols',
  'ts_supertype_map_slices',
  'ts_supertype_map_entries',
]);

/** What has been read of a file so far. */
interface Parts {
  readonly constants: Map<string, number>;
  readonly sets: Map<string, readonly CharacterRange[]>;
  readonly leftOut: readonly CharacterRange[];
  readonly lexers: Map<string, LexerTables>;
  names: readonly string[];
  metadata: Uint8Array;
  parseTable: Uint16Array;
  smallParseTable: Uint16Array;
  smallParseTableMap: Uint32Array;
  parseActions: Uint8Array;
  lexModes: Uint16Array;
  externalSymbols: Uint16Array;
  externalStates: Uint8Array;
  reservedWords: Uint16Array;
  exportName: string;
  keywordCapture: string | undefined;
}

/**
 * @param file the name of the file, for errors
 * @param leftOut characters to take out of all named sets: those that the compiled grammar, made for an older Unicode, lacks
 * Throws on a construct that the generator is not known to write.
 */
export function readParserSource(text: string, file: string, leftOut: readonly CharacterRange[] = []): ParserSource {
  const reader = new CReader(text, file);
  const parts = emptyParts(leftOut);
  while (reader.kind !== 'end') readDeclaration(reader, parts);
  const constant = (name: string) => parts.constants.get(name) ?? reader.fail(`${name} is not defined`);
  const lexer = parts.lexers.get('ts_lex') ?? reader.fail('no ts_lex');
  const keywords = parts.lexers.get('ts_lex_keywords');
  if (parts.exportName === '') reader.fail('no TSLanguage');
  if ((keywords === undefined) !== (parts.keywordCapture === undefined)) reader.fail('keywords without capture');
  return {
    lexer,
    keywords,
    exportName: parts.exportName,
    source: {
      symbolCount: constant('SYMBOL_COUNT'),
      aliasCount: constant('ALIAS_COUNT'),
      tokenCount: constant('TOKEN_COUNT'),
      externalTokenCount: constant('EXTERNAL_TOKEN_COUNT'),
      stateCount: constant('STATE_COUNT'),
      largeStateCount: constant('LARGE_STATE_COUNT'),
      symbolNames: parts.names,
      symbolMetadata: parts.metadata,
      parseTable: parts.parseTable,
      smallParseTable: parts.smallParseTable,
      smallParseTableMap: parts.smallParseTableMap,
      parseActions: parts.parseActions,
      lexModes: parts.lexModes,
      hasKeywords: keywords !== undefined,
      keywordCapture: parts.keywordCapture === undefined ? 0 : constant(parts.keywordCapture),
      externalSymbols: parts.externalSymbols,
      externalStates: parts.externalStates,
      reservedWordsStride: parts.constants.get('MAX_RESERVED_WORD_SET_SIZE') ?? 0,
      reservedWords: parts.reservedWords,
    },
  };
}

function emptyParts(leftOut: readonly CharacterRange[]): Parts {
  return {
    leftOut,
    constants: new Map([['ts_builtin_sym_end', 0]]),
    sets: new Map(),
    lexers: new Map(),
    names: [],
    metadata: new Uint8Array(),
    parseTable: new Uint16Array(),
    smallParseTable: new Uint16Array(),
    smallParseTableMap: new Uint32Array(),
    parseActions: new Uint8Array(),
    lexModes: new Uint16Array(),
    externalSymbols: new Uint16Array(),
    externalStates: new Uint8Array(),
    reservedWords: new Uint16Array(),
    exportName: '',
    keywordCapture: undefined,
  };
}

function readDeclaration(reader: CReader, parts: Parts): void {
  if (reader.kind === 'directive') readDirective(reader, parts.constants);
  else if (reader.accept('enum')) readEnumeration(reader, parts.constants);
  else if (reader.accept('extern')) {
    if (reader.string() !== 'C') reader.fail('unknown linkage');
    reader.expect('{');
  } else if (reader.accept('}')) {
    // The end of `extern "C"`.
  } else if (reader.accept('void')) readPrototype(reader);
  else if (reader.accept('bool')) readPrototype(reader);
  else if (reader.accept('unsigned')) readPrototype(reader);
  else if (reader.accept('TS_PUBLIC')) readLanguage(reader, parts);
  else {
    reader.expect('static');
    reader.accept('const');
    const type = reader.word();
    if (type === 'bool' && reader.text.startsWith('ts_lex')) readLexer(reader, parts);
    else readArray(reader, type, parts);
  }
}

function readDirective(reader: CReader, constants: Map<string, number>): void {
  const definition = /^#define ([A-Z_]+) ([0-9]+)$/.exec(reader.text);
  if (definition !== null) constants.set(definition[1]!, Number(definition[2]));
  else if (!knownDirectives.some((known) => known.test(reader.text))) reader.fail('unknown directive');
  reader.advance();
}

function readEnumeration(reader: CReader, constants: Map<string, number>): void {
  reader.word();
  reader.expect('{');
  while (!reader.accept('}')) {
    const name = reader.word();
    reader.expect('=');
    constants.set(name, reader.number());
    reader.expect(',');
  }
  reader.expect(';');
}

function readPrototype(reader: CReader): void {
  reader.accept('*');
  if (!/^tree_sitter_\w+_external_scanner_(create|destroy|scan|serialize|deserialize)$/.test(reader.text))
    reader.fail('unknown function');
  reader.word();
  reader.expect('(');
  while (!reader.accept(')')) reader.advance();
  reader.expect(';');
}

function readLexer(reader: CReader, parts: Parts): void {
  const name = reader.word();
  if (name !== 'ts_lex' && name !== 'ts_lex_keywords') reader.fail('unknown lexer');
  reader.expect('(', 'TSLexer', '*', 'lexer', ',', 'TSStateId', 'state', ')');
  parts.lexers.set(name, readLexerFunction(reader, parts.sets, parts.constants));
}

function readArray(reader: CReader, type: string, parts: Parts): void {
  const { constants } = parts;
  if (type === 'char') reader.expect('*', 'const');
  const name = reader.word();
  const lengths: number[] = [];
  while (reader.accept('[')) {
    if (reader.is(']')) lengths.push(0);
    else if (reader.kind === 'number') lengths.push(reader.number());
    else lengths.push(constants.get(reader.word()) ?? reader.fail('unknown length'));
    reader.expect(']');
  }
  reader.expect('=');
  const [length = 0, stride = 0] = lengths;
  if (unusedArrays.has(name)) skipBlock(reader);
  else if (type === 'TSCharacterRange') parts.sets.set(name, leaveOut(readRanges(reader), parts.leftOut));
  else if (name === 'ts_symbol_names') parts.names = readNames(reader, constants);
  else if (name === 'ts_symbol_metadata') parts.metadata = readMetadata(reader, constants);
  else if (name === 'ts_lex_modes') parts.lexModes = readLexModes(reader, length);
  else if (name === 'ts_parse_table') parts.parseTable = Uint16Array.from(readRows(reader, constants, length, stride));
  else if (name === 'ts_small_parse_table') parts.smallParseTable = Uint16Array.from(readFlatArray(reader, constants));
  else if (name === 'ts_small_parse_table_map')
    parts.smallParseTableMap = Uint32Array.from(readFlatArray(reader, constants));
  else if (name === 'ts_parse_actions') parts.parseActions = readParseActions(reader, constants);
  else if (name === 'ts_external_scanner_symbol_map')
    parts.externalSymbols = Uint16Array.from(readFlatArray(reader, constants));
  else if (name === 'ts_external_scanner_states')
    parts.externalStates = Uint8Array.from(readRows(reader, constants, length, stride));
  else if (name === 'ts_reserved_words')
    parts.reservedWords = Uint16Array.from(readRows(reader, constants, length, stride));
  else reader.fail(`unknown declaration ${name}`);
  reader.expect(';');
}

/** `{'a', 'z'}, {0xa0, 0xa0}, …`; a search by halves is only right on ranges in order. */
function readRanges(reader: CReader): [first: number, last: number][] {
  const ranges: [number, number][] = [];
  reader.expect('{');
  while (!reader.accept('}')) {
    reader.expect('{');
    const first = reader.number();
    reader.expect(',');
    const last = reader.number();
    reader.expect('}', ',');
    if (last < first || first <= (ranges.at(-1)?.[1] ?? -1)) reader.fail('ranges of a set must ascend');
    ranges.push([first, last]);
  }
  return ranges;
}

function leaveOut(ranges: readonly CharacterRange[], leftOut: readonly CharacterRange[]): readonly CharacterRange[] {
  let rest = ranges;
  for (const [first, last] of leftOut)
    rest = rest.flatMap((range): readonly CharacterRange[] => {
      if (range[1] < first || last < range[0]) return [range];
      const pieces: readonly CharacterRange[] = [
        [range[0], first - 1],
        [last + 1, range[1]],
      ];
      return pieces.filter((piece) => piece[0] <= piece[1]);
    });
  return rest;
}

function readNames(reader: CReader, constants: Constants): string[] {
  const names: string[] = [];
  reader.expect('{');
  while (!reader.accept('}')) {
    reader.expect('[');
    if (constants.get(reader.word()) !== names.length) reader.fail('names must count up');
    reader.expect(']', '=');
    names.push(reader.string());
    reader.expect(',');
  }
  return names;
}

/** The function that returns the language: its name, and whether identifiers are looked up as keywords. */
function readLanguage(reader: CReader, parts: Parts): void {
  reader.expect('const', 'TSLanguage', '*');
  parts.exportName = reader.word();
  reader.expect('(', 'void', ')', '{', 'static', 'const', 'TSLanguage', 'language', '=', '{');
  while (!reader.accept('}')) {
    reader.expect('.');
    const member = reader.word();
    reader.expect('=');
    if (member === 'keyword_capture_token') parts.keywordCapture = reader.word();
    else if (reader.is('{')) skipBlock(reader);
    else while (!reader.is(',')) reader.advance();
    reader.expect(',');
  }
  reader.expect(';', 'return', '&', 'language', ';', '}');
}

function skipBlock(reader: CReader): void {
  if (!reader.is('{')) reader.fail('expected a block');
  for (let depth = 0; ; reader.advance()) {
    if (reader.is('{')) depth++;
    else if (reader.is('}') && --depth === 0) break;
    else if (reader.kind === 'end') reader.fail('a block without end');
  }
  reader.advance();
}
