// A GGUF file with the same metadata and the same weights as another, each tensor written out in float32: on it two engines
// can be compared without the rounding that each does in its own way.

import { mkdir, open, readFile, rename, stat } from 'node:fs/promises';
import path from 'node:path';
import { rowBytes, rowsAndColumns } from '../../src/model/format/blocks.ts';
import { dequantise } from '../../src/model/format/dequantise.ts';
import { readGgufHeader } from '../../src/model/format/ggufHeader.ts';
import { openModelFile, readExactly } from '../../src/model/format/modelFile.ts';

const alignment = 32;
const float32 = 0;
/** Magic, version, tensor count, key count. */
const headBytes = 24;

/** Writes the file unless it is there already. Nothing of it is permuted: tensors stay in GGUF order. */
export async function writeFloat32Gguf(from: string, to: string): Promise<void> {
  const there = await stat(to).catch(() => undefined);
  if (there !== undefined) return;
  await mkdir(path.dirname(to), { recursive: true });
  const source = await openModelFile(from);
  const target = await open(`${to}.partial`, 'w');
  try {
    const { tensors } = await readGgufHeader(source);
    const metadata = await metadataBytes(
      from,
      tensors.map(({ name }) => name),
    );
    let offset = 0;
    const infos = tensors.map(({ name, shape }) => {
      const info = tensorInfo(name, shape, offset);
      offset += aligned(4 * shape.reduce((a, b) => a * b));
      return info;
    });
    const header = Buffer.concat([metadata, ...infos]);
    await target.write(Buffer.concat([header, Buffer.alloc(aligned(header.length) - header.length)]));
    for (const { type, shape, offset: start } of tensors) {
      const [rows, columns] = rowsAndColumns(shape);
      const floats = dequantise(type, await readExactly(source, start, rows * rowBytes(type, columns)));
      await target.write(new Uint8Array(floats.buffer, floats.byteOffset, floats.byteLength));
      await target.write(Buffer.alloc(aligned(floats.byteLength) - floats.byteLength));
    }
  } finally {
    await target.close();
    await source.handle.close();
  }
  await rename(`${to}.partial`, to);
}

/** Head and key-value pairs: all before the first tensor's entry, which starts with one of the names. */
async function metadataBytes(file: string, names: readonly string[]): Promise<Buffer> {
  const bytes = await readFile(file);
  const starts = names.map((name) => bytes.indexOf(sizedName(name), headBytes)).filter((at) => at >= 0);
  return bytes.subarray(0, Math.min(...starts));
}

function sizedName(name: string): Buffer {
  const text = Buffer.from(name);
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([size, text]);
}

function tensorInfo(name: string, shape: readonly number[], offset: number): Buffer {
  const rest = Buffer.alloc(4 + 8 * shape.length + 4 + 8);
  let at = rest.writeUInt32LE(shape.length);
  for (const size of shape.toReversed()) at = rest.writeBigUInt64LE(BigInt(size), at);
  at = rest.writeUInt32LE(float32, at);
  rest.writeBigUInt64LE(BigInt(offset), at);
  return Buffer.concat([sizedName(name), rest]);
}

const aligned = (bytes: number): number => Math.ceil(bytes / alignment) * alignment;
