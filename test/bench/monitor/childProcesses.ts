// The processes that this one has started, and those that they have, with their memory. Linux tells; elsewhere there are none.

import { readdir, readFile, readlink } from 'node:fs/promises';
import path from 'node:path';

export interface ChildProcess {
  /** Its program and what that was told to run. */
  readonly name: string;
  readonly residentMiB: number;
}

export async function childProcesses(): Promise<ChildProcess[]> {
  const ids = await readdir('/proc').catch(() => []);
  const known = new Map<number, { readonly parent: number; readonly kibibytes: number }>();
  for (const id of ids.filter((each) => /^\d+$/.test(each))) {
    const status = await readFile(`/proc/${id}/status`, 'utf8').catch(() => '');
    const value = (name: string): number => Number(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(status)?.[1] ?? 0);
    known.set(Number(id), { parent: value('PPid'), kibibytes: value('VmRSS') });
  }
  const isOurs = (id: number): boolean => {
    const parent = known.get(id)?.parent ?? 0;
    return parent === process.pid || (parent > 1 && isOurs(parent));
  };
  const found: ChildProcess[] = [];
  for (const [id, { kibibytes }] of known)
    if (isOurs(id)) found.push({ name: await nameOf(id), residentMiB: kibibytes / 1024 });
  return found;
}

async function nameOf(id: number): Promise<string> {
  const program = path.basename(await readlink(`/proc/${id}/exe`).catch(() => '?'));
  const words = (await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')).split('\0').slice(1);
  const script = words.find((word) => !word.startsWith('-'));
  return script === undefined ? program : `${program} ${path.basename(script)}`;
}
