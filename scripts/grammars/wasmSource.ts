// The memory of a compiled grammar → its tables, by the same walks over them that tree-sitter's C runtime does. Where the
// layout gives no length of an array, the walks over all states give it.

import type { GrammarModule } from '../../src/constraint/grammar/scanners/grammarModule.ts';
import type { GrammarSource } from './grammarSource.ts';

/** Copies the tables of an instantiated grammar out of its memory. */
export function readWasmSource({ bytes, language }: GrammarModule): GrammarSource {
  const view = new DataView(bytes.buffer);
  const word = (at: number) => view.getUint16(at, true);
  const long = (at: number) => view.getUint32(at, true);
  const words = (at: number, length: number) => new Uint16Array(bytes.slice(at, at + length * 2).buffer);
  const { symbolCount, aliasCount, tokenCount, externalTokenCount, stateCount, largeStateCount, scanner } = language;

  let smallLength = 0;
  let actionsLength = 1;
  const sawActions = (index: number) => {
    actionsLength = Math.max(actionsLength, index + 1 + view.getUint8(language.parseActions + index * 8));
  };
  for (let state = largeStateCount; state < stateCount; state++) {
    let at = language.smallParseTable + long(language.smallParseTableMap + (state - largeStateCount) * 4) * 2;
    const groups = word(at);
    at += 2;
    for (let group = 0; group < groups; group++) {
      const count = word(at + 2);
      if (word(at + 4) < tokenCount) sawActions(word(at));
      at += 4 + count * 2;
    }
    smallLength = Math.max(smallLength, (at - language.smallParseTable) / 2);
  }
  const parseTable = words(language.parseTable, largeStateCount * symbolCount);
  for (let state = 0; state < largeStateCount; state++)
    for (let symbol = 0; symbol < tokenCount; symbol++) sawActions(parseTable[state * symbolCount + symbol]!);

  const lexModes = new Uint16Array(stateCount * 3);
  const modeWords = language.lexModeSize / 2;
  for (let state = 0; state < stateCount; state++)
    for (let i = 0; i < modeWords; i++) lexModes[state * 3 + i] = word(language.lexModes + (state * modeWords + i) * 2);
  const rowCount = (part: number) =>
    lexModes.reduce((count, row, i) => (i % 3 === part ? Math.max(count, row + 1) : count), 0);
  const externalLength = externalTokenCount === 0 ? 0 : rowCount(1) * externalTokenCount;
  const reservedWordsStride = language.maxReservedWordSetSize;
  const name = (at: number) => new TextDecoder().decode(bytes.subarray(at, bytes.indexOf(0, at)));
  return {
    symbolCount,
    aliasCount,
    tokenCount,
    externalTokenCount,
    stateCount,
    largeStateCount,
    symbolNames: Array.from({ length: symbolCount + aliasCount }, (_, i) => name(long(language.symbolNames + i * 4))),
    symbolMetadata: bytes.slice(language.symbolMetadata, language.symbolMetadata + (symbolCount + aliasCount) * 3),
    parseTable,
    smallParseTable: words(language.smallParseTable, smallLength),
    smallParseTableMap: Uint32Array.from({ length: stateCount - largeStateCount }, (_, i) =>
      long(language.smallParseTableMap + i * 4),
    ),
    parseActions: bytes.slice(language.parseActions, language.parseActions + actionsLength * 8),
    lexModes,
    hasKeywords: language.keywordLexFunction !== 0,
    keywordCapture: language.keywordCaptureToken,
    externalSymbols: words(scanner.symbolMap, externalTokenCount),
    externalStates: bytes.slice(scanner.states, scanner.states + externalLength),
    reservedWordsStride,
    reservedWords: words(language.reservedWords, reservedWordsStride === 0 ? 0 : rowCount(2) * reservedWordsStride),
  };
}
