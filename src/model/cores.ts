// The machine → how many threads compute on it. Two threads on one core share its arithmetic, so cores count, where the system tells
// of them; and one is left to the editor and whatever else runs, where there are more than two.
import { readdir, readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

/** More threads than this wait for each other more than they compute. */
const mostThreads = 8;

export interface Processors {
  /** Logical processors that this process may use. */
  readonly available: number;
  /** Where Linux describes processors; elsewhere there is no such folder, and each counts as a core. */
  readonly folder: string;
}

const machine = (): Processors => ({ available: availableParallelism(), folder: '/sys/devices/system/cpu' });

/** Threads to compute with unless the user says how many: one per core less one, at most 8, and all of two processors. */
export async function automaticThreads({ available, folder }: Processors = machine()): Promise<number> {
  // a machine, or the share of one, that has nothing to spare
  if (available <= 2) return available;
  const cores = Math.min(available, (await coresIn(folder)) ?? available);
  return Math.min(mostThreads, cores > 2 ? cores - 1 : 2);
}

/** Cores by the processors that share each; undefined where nothing tells. */
async function coresIn(folder: string): Promise<number | undefined> {
  try {
    const names = (await readdir(folder)).filter((name) => /^cpu\d+$/.test(name));
    const siblings = await Promise.all(
      names.map((name) => readFile(join(folder, name, 'topology', 'thread_siblings_list'), 'utf8')),
    );
    return siblings.length === 0 ? undefined : new Set(siblings.map((list) => list.trim())).size;
  } catch {
    return undefined;
  }
}
