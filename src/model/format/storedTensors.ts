// Weights over tensors that lie in open files at known offsets: row reads, head permutation undone, decoding to floats.

import { blockShapes, rowBytes, rowsAndColumns } from './blocks.ts';
import { dequantise } from './dequantise.ts';
import { hashFiles, type ModelFile, readExactly, tooShort } from './modelFile.ts';
import { ModelFileError } from './modelFileError.ts';
import type { DecoderConfig, TensorInfo, Weights } from './weights.ts';

/** Where a tensor lies. `offset` in bytes from the start of `file`. */
export interface StoredTensor extends TensorInfo {
  readonly file: ModelFile;
  readonly offset: number;
  /** If given, each head's rows are stored as (pair, half) and are wanted as (half, pair); in rows per head. */
  readonly interleavedHeadSize?: number;
}

/**
 * Takes ownership of `files`. `hashedPaths` are the files whose contents decide the meaning of the weights.
 * @throws ModelFileError if a tensor does not consist of whole blocks, reaches beyond the end of its file or into another.
 */
export function weightsOver(
  config: DecoderConfig,
  tensors: ReadonlyMap<string, StoredTensor>,
  files: readonly ModelFile[],
  hashedPaths: readonly string[],
): Weights {
  checkExtents([...tensors.values()]);

  const readRows = async (
    name: string,
    firstRow: number,
    rowCount: number | undefined,
  ): Promise<[StoredTensor, Uint8Array]> => {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw new Error(`no tensor ${name}`);
    const [rows] = rowsAndColumns(tensor.shape);
    const count = rowCount ?? rows - firstRow;
    if (firstRow < 0 || count < 0 || firstRow + count > rows)
      throw new RangeError(`rows ${firstRow}+${count} of ${name}`);
    return [tensor, await readStoredRows(tensor, firstRow, count)];
  };

  return {
    config,
    tensors,
    hash: () => hashFiles(hashedPaths),
    readRaw: async (name, firstRow = 0, rowCount) => (await readRows(name, firstRow, rowCount))[1],
    readFloats: async (name, firstRow = 0, rowCount) => {
      const [tensor, bytes] = await readRows(name, firstRow, rowCount);
      return dequantise(tensor.type, bytes);
    },
    close: async () => {
      await Promise.all(files.map((file) => file.handle.close()));
    },
  };
}

async function readStoredRows(tensor: StoredTensor, firstRow: number, rowCount: number): Promise<Uint8Array> {
  const [, columns] = rowsAndColumns(tensor.shape);
  const bytesPerRow = rowBytes(tensor.type, columns);
  const headSize = tensor.interleavedHeadSize;
  if (headSize === undefined)
    return readExactly(tensor.file, tensor.offset + firstRow * bytesPerRow, rowCount * bytesPerRow);
  // A permuted bias is a vector whose elements are the rows of its matrix.
  if (tensor.shape.length === 1) {
    const stored = await readExactly(tensor.file, tensor.offset, bytesPerRow);
    return deinterleave(stored, bytesPerRow / columns, headSize, 0, 0, columns).subarray(0, rowCount * bytesPerRow);
  }
  const firstStored = Math.floor(firstRow / headSize) * headSize;
  const endStored = Math.ceil((firstRow + rowCount) / headSize) * headSize;
  const stored = await readExactly(
    tensor.file,
    tensor.offset + firstStored * bytesPerRow,
    (endStored - firstStored) * bytesPerRow,
  );
  return deinterleave(stored, bytesPerRow, headSize, firstStored, firstRow, rowCount);
}

/**
 * Rows [firstRow, firstRow + rowCount) in Hugging Face order out of whole heads from row `firstStored` on.
 * Within a head, row r = half * headSize / 2 + pair is stored as row 2 * pair + half.
 */
function deinterleave(
  stored: Uint8Array,
  bytesPerRow: number,
  headSize: number,
  firstStored: number,
  firstRow: number,
  rowCount: number,
): Uint8Array {
  const ordered = new Uint8Array(rowCount * bytesPerRow);
  const pairs = headSize / 2;
  for (let i = 0; i < rowCount; i++) {
    const row = firstRow + i;
    const inHead = row % headSize;
    const half = inHead < pairs ? 0 : 1;
    const storedRow = row - inHead + 2 * (inHead - half * pairs) + half - firstStored;
    ordered.set(stored.subarray(storedRow * bytesPerRow, (storedRow + 1) * bytesPerRow), i * bytesPerRow);
  }
  return ordered;
}

function checkExtents(tensors: readonly StoredTensor[]): void {
  const ends = new Map(tensors.map((tensor) => [tensor, endOf(tensor)]));
  const inOrder = [...tensors].sort((one, other) => one.offset - other.offset);
  const before = new Map<ModelFile, StoredTensor>();
  for (const tensor of inOrder) {
    const last = before.get(tensor.file);
    if (last !== undefined && ends.get(last)! > tensor.offset)
      throw new ModelFileError(tensor.file.path, `holds ${last.name} and ${tensor.name} where they overlap`);
    before.set(tensor.file, tensor);
  }
}

/** Where a tensor ends, in bytes from the start of its file. */
function endOf(tensor: StoredTensor): number {
  const [rows, columns] = rowsAndColumns(tensor.shape);
  const block = blockShapes[tensor.type];
  if (columns % block.elements !== 0) {
    throw new ModelFileError(
      tensor.file.path,
      `stores ${tensor.name} as ${tensor.type} with ${columns} columns, which are not whole blocks`,
    );
  }
  const end = tensor.offset + rows * rowBytes(tensor.type, columns);
  if (end > tensor.file.size) throw tooShort(tensor.file.path);
  return end;
}
