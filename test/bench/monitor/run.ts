// The benches of the monitors by the names that `npm run bench -- --only` knows, on the projects that are fetched for them.

import { benchAsynchrony } from './asynchrony.ts';
import { benchEffect } from './effect.ts';
import { fetchProjects } from './fetchProjects.ts';
import { benchLatency } from './latency.ts';
import { benchOracle } from './oracleQuality.ts';
import { benchSeveral } from './several.ts';

export interface MonitorOptions {
  /** The editor's names; undefined for all. */
  readonly languages: ReadonlySet<string> | undefined;
  /** Holes over all kinds: a half at TypeScript's members, a quarter at Python's. */
  readonly items: number;
  readonly modelPath: string;
  readonly threads: number;
  readonly seed: number;
  readonly print: (text: string) => void;
}

const parts: Readonly<Record<string, (options: MonitorOptions) => Promise<void>>> = {
  'monitor-oracle': benchOracle,
  'monitor-effect': benchEffect,
  'monitor-latency': benchLatency,
  'monitor-async': benchAsynchrony,
  'monitor-drafts': benchSeveral,
};

export const monitorParts: readonly string[] = Object.keys(parts);

/** Runs those of `chosen` that are benches of the monitors. */
export async function runMonitorParts(chosen: ReadonlySet<string>, options: MonitorOptions): Promise<void> {
  const wanted = monitorParts.filter((part) => chosen.has(part));
  if (wanted.length === 0) return;
  await fetchProjects();
  for (const part of wanted) await parts[part]?.(options);
}
