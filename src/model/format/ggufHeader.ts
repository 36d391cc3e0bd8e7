// The header of a GGUF file: metadata and tensor directory, parsed by @huggingface/gguf from a local file, then checked.

import { resolve } from 'node:path';
import { GGMLQuantizationType, type GGUFTensorInfo, gguf } from '@huggingface/gguf';
import { type ModelFile, readExactly } from './modelFile.ts';
import { ModelFileError } from './modelFileError.ts';
import { type TensorInfo, type TensorType, tensorTypes } from './weights.ts';

/** A tensor under its GGUF name. `offset` in bytes from the start of the file. */
export interface GgufTensor extends TensorInfo {
  readonly offset: number;
}

/** Typed access to the metadata; each getter returns undefined if the key is absent or of another type. */
export interface GgufMetadata {
  number(key: string): number | undefined;
  string(key: string): string | undefined;
  boolean(key: string): boolean | undefined;
  numbers(key: string): readonly number[] | undefined;
  strings(key: string): readonly string[] | undefined;
}

export interface GgufHeader {
  readonly metadata: GgufMetadata;
  readonly tensors: readonly GgufTensor[];
}

const magic = 'GGUF';
/** Behind the magic: version, count of tensors, count of values, all of them in four or eight bytes. */
const startBytes = 24;
const versions = [2, 3];
/** The least that a tensor takes of the header (name, dimensions, type, offset), and a value (key, type, itself). */
const tensorBytes = 24;
const valueBytes = 13;
/** Beyond any model: 65,536 tensors are those of 7,000 layers. */
const mostTensors = 1 << 16;

/** @throws ModelFileError if the file is not GGUF, is cut off, or holds a tensor type this program cannot decode. */
export async function readGgufHeader(file: ModelFile): Promise<GgufHeader> {
  const start = Buffer.from(await readExactly(file, 0, Math.min(4, file.size))).toString('latin1');
  if (start !== magic)
    throw new ModelFileError(file.path, 'is not a GGUF file', 'choose a .gguf file or download it again');
  await checkStart(file);
  // An absolute path: the library would fetch anything that looks like a URL.
  const parsed = await gguf(resolve(file.path), { allowLocalFile: true }).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ModelFileError(file.path, `has a damaged GGUF header (${reason})`, 'download it again', error);
  });
  // Past the end of the file the library reads zeros, so a header that was cut off shows here.
  if (parsed.tensorInfoByteRange[1] > file.size) {
    throw new ModelFileError(file.path, 'ends inside its header', 'download it again, it is incomplete');
  }
  const dataOffset = Number(parsed.tensorDataOffset);
  if (dataOffset < parsed.tensorInfoByteRange[1])
    throw new ModelFileError(file.path, 'has a damaged GGUF header (its alignment cannot be)', 'download it again');
  return {
    metadata: metadataOver(new Map<string, unknown>(Object.entries(parsed.metadata))),
    tensors: parsed.tensorInfos.map((info) => tensorOf(file.path, info, dataOffset)),
  };
}

/** The library would go on reading zeros behind the end of the file for as many entries as the header claims. */
async function checkStart(file: ModelFile): Promise<void> {
  const start = new DataView((await readExactly(file, 0, startBytes)).buffer);
  const version = start.getUint32(4, true);
  if (versions.includes(start.getUint32(4, false)))
    throw new ModelFileError(file.path, 'is a big-endian GGUF file', 'choose a little-endian one');
  if (!versions.includes(version))
    throw new ModelFileError(
      file.path,
      `is a GGUF file of version ${version}`,
      `choose one of version ${versions.join(' or ')}`,
    );
  const [tensors, values] = [start.getBigUint64(8, true), start.getBigUint64(16, true)].map(Number) as [number, number];
  if (tensors > mostTensors || startBytes + tensors * tensorBytes + values * valueBytes > file.size)
    throw new ModelFileError(
      file.path,
      `has a damaged GGUF header (it counts ${tensors} tensors and ${values} values)`,
      'download it again',
    );
}

function tensorOf(path: string, info: GGUFTensorInfo, dataOffset: number): GgufTensor {
  const shape = info.shape.map(Number).reverse();
  if (shape.length < 1 || shape.length > 2 || shape.includes(0)) {
    throw new ModelFileError(
      path,
      `has the tensor ${info.name} of shape [${shape.join(', ')}], not a vector or matrix`,
      'choose another model',
    );
  }
  const type: string | undefined = GGMLQuantizationType[info.dtype];
  if (!isTensorType(type)) {
    const stored = type ?? `unknown type ${info.dtype}`;
    throw new ModelFileError(
      path,
      `stores ${info.name} as ${stored}, which is not supported`,
      `choose a file quantised as one of ${tensorTypes.join(', ')}`,
    );
  }
  return { name: info.name, type, shape, offset: dataOffset + Number(info.offset) };
}

function isTensorType(name: string | undefined): name is TensorType {
  return tensorTypes.some((type) => type === name);
}

function metadataOver(values: ReadonlyMap<string, unknown>): GgufMetadata {
  const arrayOf = (key: string): readonly unknown[] | undefined => {
    const value = values.get(key);
    return Array.isArray(value) ? value : undefined;
  };
  return {
    number: (key) => {
      const value = values.get(key);
      if (typeof value === 'bigint') return Number(value);
      return typeof value === 'number' ? value : undefined;
    },
    string: (key) => {
      const value = values.get(key);
      return typeof value === 'string' ? value : undefined;
    },
    boolean: (key) => {
      const value = values.get(key);
      return typeof value === 'boolean' ? value : undefined;
    },
    numbers: (key) => arrayOf(key)?.map(Number),
    strings: (key) => {
      const array = arrayOf(key);
      return array?.every((value): value is string => typeof value === 'string') ? array : undefined;
    },
  };
}
