// A graph as it lies in the cache folder: its files, and the check that they are whole.
import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { DecoderConfig } from '../format/weights.ts';
import type { GraphSide } from './parts.ts';

/** A folder that the runtime can load. */
export interface BuiltGraph {
  readonly folder: string;
  /** The model file for each side. */
  readonly modelFiles: Readonly<Record<GraphSide, string>>;
  readonly config: DecoderConfig;
}

/** What the folder must hold; written last, so a folder without it was never finished. */
export interface GraphManifest {
  readonly config: DecoderConfig;
  readonly files: Readonly<Record<string, { readonly size: number; readonly checksum: number }>>;
}

export const graphFiles = {
  host: 'model.onnx',
  device: 'device.onnx',
  data: 'weights.bin',
  manifest: 'manifest.json',
} as const;

export function builtGraphIn(folder: string, config: DecoderConfig): BuiltGraph {
  return {
    folder,
    modelFiles: { host: join(folder, graphFiles.host), device: join(folder, graphFiles.device) },
    config,
  };
}

/** Bytes of the graph's weights. */
export async function weightBytes({ folder }: Pick<BuiltGraph, 'folder'>): Promise<number> {
  return (await stat(join(folder, graphFiles.data))).size;
}

const sampleBytes = 1 << 20;
const samples = 128;

/**
 * CRC-32 over at most 128 evenly spaced pieces of 1 MiB: all of a file up to 128 MiB, a sample of a larger one, so that
 * opening stays a matter of milliseconds.
 */
export async function sampledChecksum(path: string, size: number): Promise<number> {
  const handle = await open(path, 'r');
  try {
    const stride = Math.max(sampleBytes, Math.floor(size / samples));
    const buffer = new Uint8Array(sampleBytes);
    let checksum = 0;
    for (let offset = 0; offset < size; offset += stride) {
      const { bytesRead } = await handle.read(buffer, 0, sampleBytes, offset);
      checksum = crc32(buffer.subarray(0, bytesRead), checksum);
    }
    return checksum;
  } finally {
    await handle.close();
  }
}

/** The graph in `folder`, or undefined if it is missing, unfinished or damaged. */
export async function readBuiltGraph(folder: string): Promise<BuiltGraph | undefined> {
  try {
    const manifest = JSON.parse(await readFile(join(folder, graphFiles.manifest), 'utf8')) as GraphManifest;
    for (const name of [graphFiles.host, graphFiles.device, graphFiles.data]) {
      const path = join(folder, name);
      const expected = manifest.files[name];
      if (expected === undefined) return undefined;
      if ((await stat(path)).size !== expected.size) return undefined;
      if ((await sampledChecksum(path, expected.size)) !== expected.checksum) return undefined;
    }
    return builtGraphIn(folder, manifest.config);
  } catch {
    return undefined;
  }
}
