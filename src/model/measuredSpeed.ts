// What a single token has taken on this machine → notes beside the graphs, and from them what another model's will take: decoding
// reads all weights once a token, so its time grows with their bytes.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '../base/writeWhole.ts';
import type { ModelSpeed } from '../protocol/models.ts';

export interface MeasuredSpeed {
  /** The .gguf file or model folder that was measured. */
  readonly modelPath: string;
  readonly device: 'cpu' | 'webgpu';
  readonly threads: number;
  /** Of its weights in the graph. */
  readonly weightBytes: number;
  /** Milliseconds of a pass over one token. */
  readonly tokenMs: number;
}

/** Beside the folder of graphs. */
export function speedsFolder(cachePath: string): string {
  return join(cachePath, '..', 'speeds');
}

/** Keeps `speed` under a name; what the disk does not take is not kept. */
export async function keepSpeed(folder: string, name: string, speed: MeasuredSpeed): Promise<void> {
  const text = `${JSON.stringify(speed)}\n`;
  await writeWhole(join(folder, `${name}.json`), (partial) => writeFile(partial, text)).catch(() => undefined);
}

/** All that were kept. */
export async function keptSpeeds(folder: string): Promise<readonly MeasuredSpeed[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json'));
  const speeds = await Promise.all(names.map((name) => readSpeed(join(folder, name))));
  return speeds.flatMap((speed) => speed ?? []);
}

async function readSpeed(path: string): Promise<MeasuredSpeed | undefined> {
  try {
    const speed = JSON.parse(await readFile(path, 'utf8')) as MeasuredSpeed;
    const isSound = speed.tokenMs > 0 && speed.weightBytes > 0 && typeof speed.modelPath === 'string';
    return isSound ? speed : undefined;
  } catch {
    return undefined;
  }
}

/**
 * What a token takes of the model at `path`, where it was measured on `device`, or of one with so many bytes of weights, by the one
 * nearest in size that was. Undefined where none was, or nothing is known of the model's size.
 */
export function speedOf(
  { path, weightBytes }: { readonly path?: string; readonly weightBytes: number | undefined },
  measured: readonly MeasuredSpeed[],
  device: MeasuredSpeed['device'],
): ModelSpeed | undefined {
  const here = measured.filter((speed) => speed.device === device);
  const own = leastOf(
    here.filter(({ modelPath }) => modelPath === path),
    ({ tokenMs }) => tokenMs,
  );
  if (own !== undefined) return { tokenMs: own.tokenMs, isMeasured: true };
  if (weightBytes === undefined || weightBytes === 0) return undefined;
  const distance = (speed: MeasuredSpeed): number => Math.abs(Math.log(speed.weightBytes / weightBytes));
  const nearest = leastOf(here, distance);
  return nearest && { tokenMs: (nearest.tokenMs * weightBytes) / nearest.weightBytes, isMeasured: false };
}

function leastOf<T>(items: readonly T[], key: (item: T) => number): T | undefined {
  return items.reduce<T | undefined>((least, item) => (least && key(least) <= key(item) ? least : item), undefined);
}
