// Writes small .safetensors files for tests: an 8-byte header length, a JSON directory, the data.

import { writeFile } from 'node:fs/promises';

export interface SafetensorsData {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

export async function writeSafetensors(path: string, tensors: readonly SafetensorsData[]): Promise<void> {
  const directory: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  let offset = 0;
  for (const { name, dtype, shape, data } of tensors) {
    directory[name] = { dtype, shape, data_offsets: [offset, offset + data.length] };
    offset += data.length;
  }
  const header = Buffer.from(JSON.stringify(directory));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  await writeFile(path, Buffer.concat([length, header, ...tensors.map(({ data }) => data)]));
}
