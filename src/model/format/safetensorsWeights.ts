// A folder with config.json and *.safetensors as Weights. Follows the safetensors format: an 8-byte little-endian header
// length, a JSON directory of dtype, shape and data offsets, then the data.

import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { checkConfig } from './checkConfig.ts';
import { checkTensors } from './decoderTensors.ts';
import { isPlainFileName } from './fileName.ts';
import { decoderConfig } from './huggingFaceConfig.ts';
import { type JsonObject, parseJsonObject } from './json.ts';
import { type ModelFile, openModelFile, readExactly, unreadable } from './modelFile.ts';
import { ModelFileError } from './modelFileError.ts';
import { type StoredTensor, weightsOver } from './storedTensors.ts';
import type { TensorType, Weights } from './weights.ts';

const headerLimitBytes = 100_000_000;
const types: Readonly<Record<string, TensorType>> = { F32: 'F32', F16: 'F16', BF16: 'BF16' };

/** @throws ModelFileError if a file is missing, damaged or of an unsupported kind. */
export async function openSafetensorsWeights(folder: string): Promise<Weights> {
  const configPath = join(folder, 'config.json');
  const configJson = parseJsonObject(configPath, await readText(configPath));
  const files: ModelFile[] = [];
  try {
    for (const path of await tensorFiles(folder)) files.push(await openModelFile(path));
    const tensors = new Map<string, StoredTensor>();
    for (const file of files)
      for (const tensor of await directory(file)) {
        if (tensors.has(tensor.name)) throw new ModelFileError(file.path, `holds ${tensor.name} for the second time`);
        tensors.set(tensor.name, tensor);
      }
    const config = decoderConfig(configPath, configJson, basename(folder), new Set(tensors.keys()));
    checkConfig(configPath, config);
    if (config.tiedHead) tensors.delete('lm_head.weight');
    checkTensors(folder, config, tensors);
    return weightsOver(config, tensors, files, [configPath, ...files.map(({ path }) => path)]);
  } catch (error) {
    await Promise.all(files.map((file) => file.handle.close()));
    throw error;
  }
}

/** The shards that the index names, else every .safetensors in the folder, sorted. */
export async function tensorFiles(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder);
  const indexName = names.find((name) => name.endsWith('.safetensors.index.json'));
  if (indexName === undefined) {
    const shards = names.filter((name) => name.endsWith('.safetensors')).sort();
    if (shards.length === 0)
      throw new ModelFileError(folder, 'holds no .gguf or .safetensors file', 'choose a folder with a model in it');
    return shards.map((name) => join(folder, name));
  }
  const indexPath = join(folder, indexName);
  const places = parseJsonObject(indexPath, await readText(indexPath)).object('weight_map');
  if (places === undefined) throw new ModelFileError(indexPath, 'has no weight_map');
  const shards = new Set<string>();
  for (const tensor of places.keys()) {
    const shard = places.string(tensor);
    // an index must not lead out of its folder
    if (shard === undefined || !isPlainFileName(shard))
      throw new ModelFileError(indexPath, `names no file for ${tensor}`);
    shards.add(shard);
  }
  return [...shards].sort().map((name) => join(folder, name));
}

async function directory(file: ModelFile): Promise<StoredTensor[]> {
  const prefix = await readExactly(file, 0, 8);
  const length = Number(new DataView(prefix.buffer).getBigUint64(0, true));
  if (length < 2 || length > headerLimitBytes) throw new ModelFileError(file.path, 'is not a safetensors file');
  const header = parseJsonObject(file.path, Buffer.from(await readExactly(file, 8, length)).toString('utf8'));
  const tensors: StoredTensor[] = [];
  for (const name of header.keys()) {
    // Old checkpoints carry the rotary frequencies along; the configuration says the same.
    if (name === '__metadata__' || name.endsWith('.rotary_emb.inv_freq')) continue;
    tensors.push(tensorOf(file, name, header.object(name), 8 + length));
  }
  return tensors;
}

function tensorOf(file: ModelFile, name: string, entry: JsonObject | undefined, dataOffset: number): StoredTensor {
  const dtype = entry?.string('dtype');
  const shape = entry?.numbers('shape');
  const offsets = entry?.numbers('data_offsets');
  const begin = offsets?.[0];
  const end = offsets?.[1];
  const isWhole = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
  const isPlaced = begin !== undefined && end !== undefined && isWhole(begin) && isWhole(end);
  if (dtype === undefined || shape === undefined || !isPlaced || !shape.every(isWhole)) {
    throw new ModelFileError(file.path, `describes the tensor ${name} wrongly`);
  }
  const type = types[dtype];
  if (type === undefined) {
    throw new ModelFileError(
      file.path,
      `stores ${name} as ${dtype}, which is not supported`,
      'choose a model in F32, F16 or BF16',
    );
  }
  const elements = shape.reduce((product, size) => product * size, 1);
  if (shape.length < 1 || shape.length > 2 || end - begin !== elements * (type === 'F32' ? 4 : 2)) {
    throw new ModelFileError(file.path, `gives ${name} a size that does not fit its shape`);
  }
  return { name, type, shape, file, offset: dataOffset + begin };
}

async function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    throw unreadable(path, error);
  });
}
