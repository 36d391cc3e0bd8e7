// WebAssembly by hand, as far as a side module of a grammar needs it: what its `dylink.0` section asks for, and a module of
// nothing but re-exports that turns JavaScript functions into ones a table can hold. Core specification, chapter 5 (binary
// format); dylink.0 as in WebAssembly/tool-conventions, DynamicLinking.md.

/** What a side module asks of its loader: bytes of memory, entries of the table, and the alignments of both as powers of two. */
export interface DynamicLinking {
  readonly memorySize: number;
  readonly memoryAlignment: number;
  readonly tableSize: number;
  readonly tableAlignment: number;
}

/** Reads the memory info of a `dylink.0` section; undefined where there is none. */
export function readDynamicLinking(section: Uint8Array): DynamicLinking | undefined {
  let at = 0;
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = section[at++];
      if (byte === undefined) throw new Error('dylink.0 section is cut short');
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
  };
  while (at < section.length) {
    const kind = number();
    const size = number();
    const end = at + size;
    if (kind === 1) {
      return { memorySize: number(), memoryAlignment: number(), tableSize: number(), tableAlignment: number() };
    }
    at = end;
  }
  return undefined;
}

/** A function of 32-bit integers to export. */
export interface IntegerFunction {
  readonly name: string;
  readonly parameters: number;
  readonly returns: boolean;
}

const sectionId = { type: 1, import: 2, export: 7 } as const;
const functionType = 0x60;
const i32 = 0x7f;
const functionKind = 0;

/** The bytes of a module that imports each function from `js` and exports it under the same name. */
export function reexportingModule(functions: readonly IntegerFunction[]): Uint8Array {
  const types = functions.map(({ parameters, returns }) => [
    functionType,
    ...vector(new Array<number[]>(parameters).fill([i32])),
    ...vector(returns ? [[i32]] : []),
  ]);
  const imports = functions.map(({ name }, type) => [...text('js'), ...text(name), functionKind, ...unsigned(type)]);
  const exports = functions.map(({ name }, index) => [...text(name), functionKind, ...unsigned(index)]);
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(sectionId.type, vector(types)),
    ...section(sectionId.import, vector(imports)),
    ...section(sectionId.export, vector(exports)),
  ]);
}

const section = (id: number, content: number[]) => [id, ...unsigned(content.length), ...content];
const vector = (items: number[][]) => [...unsigned(items.length), ...items.flat()];
const text = (value: string) => vector([...new TextEncoder().encode(value)].map((byte) => [byte]));

function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (; value > 0x7f; value >>>= 7) bytes.push((value & 0x7f) | 0x80);
  return [...bytes, value];
}
