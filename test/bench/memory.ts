// Resident memory of both engines' processes with the model loaded and used.

import type { OursEngine } from './oursEngine.ts';
import type { Peer } from './peer.ts';
import { decimal, drawTable } from './table.ts';

const megabytes = (bytes: number): string => decimal(bytes / 1e6, 0);

/** Table (d). Both engines should have worked before it is asked for. */
export async function drawMemory(ours: OursEngine, peer: Peer): Promise<string> {
  return drawTable(
    ['resident set', 'MB'],
    [
      ['ours', megabytes(await ours.residentBytes())],
      ['llama.cpp (its process)', megabytes(await peer.residentBytes())],
    ],
  );
}
