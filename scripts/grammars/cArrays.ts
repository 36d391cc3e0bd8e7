// Initialisers of a generated parser → numbers: plain elements, designated ones (`[STATE(3)] = …`), rows of rows, and the three
// kinds of structures that matter to recognition.

import type { CReader } from './cReader.ts';

export type Constants = ReadonlyMap<string, number>;

/** Macros that stand for their argument; `SMALL_STATE` takes the large states off. */
const identities = new Set(['ACTIONS', 'STATE', 'SMALL_STATE']);

function readNumber(reader: CReader, constants: Constants): number {
  if (reader.kind === 'number') return reader.number();
  if (reader.accept('true')) return 1;
  if (reader.accept('false')) return 0;
  const { text } = reader;
  if (identities.has(text)) {
    reader.word();
    reader.expect('(');
    const value = reader.number();
    reader.expect(')');
    return text === 'SMALL_STATE' ? value - (constants.get('LARGE_STATE_COUNT') ?? 0) : value;
  }
  const value = constants.get(text) ?? reader.fail('unknown constant');
  reader.word();
  return value;
}

/** `[…] =`, or the next index where an element has no designator. */
function readIndex(reader: CReader, constants: Constants, next: number): number {
  if (!reader.accept('[')) return next;
  const index = readNumber(reader, constants);
  reader.expect(']', '=');
  return index;
}

function endElement(reader: CReader): void {
  if (!reader.is('}')) reader.expect(',');
}

/** Elements must stand in the order of their indices, without gaps. */
export function readFlatArray(reader: CReader, constants: Constants): number[] {
  const values: number[] = [];
  reader.expect('{');
  while (!reader.accept('}')) {
    if (readIndex(reader, constants, values.length) !== values.length) reader.fail('elements must count up');
    values.push(readNumber(reader, constants));
    endElement(reader);
  }
  return values;
}

/** Rows of `stride` elements each, one after the other; what is not said is 0. */
export function readRows(reader: CReader, constants: Constants, rowCount: number, stride: number): Int32Array {
  const values = new Int32Array(rowCount * stride);
  reader.expect('{');
  for (let row = 0; !reader.accept('}'); row++) {
    row = readIndex(reader, constants, row);
    if (row >= rowCount) reader.fail(`only ${rowCount} rows`);
    reader.expect('{');
    for (let column = 0; !reader.accept('}'); column++) {
      column = readIndex(reader, constants, column);
      if (column >= stride) reader.fail(`only ${stride} elements in a row`);
      values[row * stride + column] = readNumber(reader, constants);
      endElement(reader);
    }
    endElement(reader);
  }
  return values;
}

/** Members of one structure, `{.a = 1, .b = true}`, by name. */
function readMembers(reader: CReader, constants: Constants, allowed: readonly string[]): Map<string, number> {
  const members = new Map<string, number>();
  reader.expect('{');
  while (!reader.accept('}')) {
    reader.expect('.');
    if (!allowed.includes(reader.text)) reader.fail('unknown member');
    const name = reader.word();
    reader.expect('=');
    members.set(name, readNumber(reader, constants));
    endElement(reader);
  }
  return members;
}

/** Three bytes a symbol: visible, named, supertype. */
export function readMetadata(reader: CReader, constants: Constants): Uint8Array {
  const bytes: number[] = [];
  const members = ['visible', 'named', 'supertype'];
  reader.expect('{');
  while (!reader.accept('}')) {
    if (readIndex(reader, constants, bytes.length / 3) !== bytes.length / 3) reader.fail('symbols must count up');
    const metadata = readMembers(reader, constants, members);
    bytes.push(...members.map((member) => metadata.get(member) ?? 0));
    endElement(reader);
  }
  return Uint8Array.from(bytes);
}

/** Three values a state: state of the lexer, row of the external scanner, row of reserved words. */
export function readLexModes(reader: CReader, stateCount: number): Uint16Array {
  const modes = new Uint16Array(stateCount * 3);
  const members = ['lex_state', 'external_lex_state', 'reserved_word_set_id'];
  const none: Constants = new Map();
  reader.expect('{');
  for (let state = 0; !reader.accept('}'); state++) {
    if (readIndex(reader, none, state) !== state || state >= stateCount) reader.fail('states must count up');
    if (isCast(reader)) modes[state * 3] = 0xffff;
    else {
      const mode = readMembers(reader, none, members);
      for (const [i, member] of members.entries()) modes[state * 3 + i] = mode.get(member) ?? 0;
    }
    endElement(reader);
  }
  return modes;
}

/** `{(TSStateId)(-1)}`: the end of a nonterminal extra. Reads it, or nothing. */
function isCast(reader: CReader): boolean {
  const { text } = reader;
  if (text !== '{' || !reader.peeks('(')) return false;
  reader.expect('{', '(', 'TSStateId', ')', '(', '-');
  if (reader.number() !== 1) reader.fail('unknown state');
  reader.expect(')');
  reader.accept(',');
  reader.expect('}');
  return true;
}

/** Entries of eight bytes, as a compiler lays out TSParseActionEntry. */
export function readParseActions(reader: CReader, constants: Constants): Uint8Array {
  const entries: Uint8Array[] = [];
  reader.expect('{');
  while (!reader.accept('}')) {
    if (reader.is('[')) {
      if (readIndex(reader, constants, -1) !== entries.length) reader.fail('entries must count up');
      reader.expect('{', '.', 'entry', '=');
      const entry = readMembers(reader, constants, ['count', 'reusable']);
      reader.expect('}');
      entries.push(packEntry({ bytes: [entry.get('count') ?? 0, entry.get('reusable') ?? 0] }));
    } else entries.push(readAction(reader, constants));
    endElement(reader);
  }
  const all = new Uint8Array(entries.length * 8);
  for (const [i, entry] of entries.entries()) all.set(entry, i * 8);
  return all;
}

function readAction(reader: CReader, constants: Constants): Uint8Array {
  const kind = reader.word();
  const values: number[] = [];
  reader.expect('(');
  while (!reader.accept(')')) {
    const negative = reader.accept('-');
    values.push(readNumber(reader, constants) * (negative ? -1 : 1));
    if (!reader.is(')')) reader.expect(',');
  }
  const [first = 0, children = 0, precedence = 0, production = 0] = values;
  const expected: Record<string, number> = {
    SHIFT: 1,
    SHIFT_REPEAT: 1,
    SHIFT_EXTRA: 0,
    REDUCE: 4,
    ACCEPT_INPUT: 0,
    RECOVER: 0,
  };
  if (expected[kind] !== values.length) reader.fail(`unknown action ${kind}`);
  if (kind === 'SHIFT') return packEntry({ bytes: [0], words: [first] });
  if (kind === 'SHIFT_REPEAT') return packEntry({ bytes: [0], words: [first, 0x100] });
  if (kind === 'SHIFT_EXTRA') return packEntry({ bytes: [0], words: [0, 1] });
  if (kind === 'REDUCE') return packEntry({ bytes: [1, children], words: [first, precedence, production] });
  return packEntry({ bytes: [kind === 'ACCEPT_INPUT' ? 2 : 3] });
}

/** Two bytes, then three words of 16 bits. */
function packEntry(parts: { bytes: readonly number[]; words?: readonly number[] }): Uint8Array {
  const entry = new DataView(new ArrayBuffer(8));
  for (const [i, byte] of parts.bytes.entries()) entry.setUint8(i, byte);
  for (const [i, word] of (parts.words ?? []).entries()) entry.setUint16(2 + i * 2, word & 0xffff, true);
  return new Uint8Array(entry.buffer);
}
