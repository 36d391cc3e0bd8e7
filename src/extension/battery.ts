// What the system says of its batteries → whether they are low, looked up from time to time. Linux describes them in files; where
// there are none, on other systems and on machines without a battery, nothing is ever low.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface BatteryHost {
  /** Where Linux describes what supplies power. */
  readonly folder: string;
  /** Milliseconds between two looks. */
  readonly everyMs: number;
  /** A battery with less than this many percent is low while nothing charges it; 0 where none ever is. */
  lowBelow(): number;
  /** Called when `low` has become another. */
  changed(): void;
}

export class Battery {
  readonly #host: BatteryHost;
  #percent: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(host: BatteryHost) {
    this.#host = host;
  }

  /** Percent that are left, where that is low; else undefined. */
  get low(): number | undefined {
    const percent = this.#percent;
    return percent !== undefined && percent < this.#host.lowBelow() ? percent : undefined;
  }

  /** Looks from now on, unless there turns out to be no battery. Resolves after the first look; never rejects. */
  async watch(): Promise<void> {
    this.#timer = setInterval(() => void this.#look(), this.#host.everyMs);
    await this.#look();
  }

  dispose(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const charge = await chargeIn(this.#host.folder);
    if (charge === undefined) this.dispose();
    const before = this.low;
    this.#percent = charge?.left;
    if (this.low !== before) this.#host.changed();
  }
}

interface Charge {
  /** Percent, where nothing charges. */
  readonly left: number | undefined;
}

type Supply = Readonly<Record<(typeof described)[number], string | undefined>>;

const described = ['type', 'scope', 'status', 'capacity', 'online'] as const;

/** Charge of all batteries of the machine together; undefined where there is none. */
async function chargeIn(folder: string): Promise<Charge | undefined> {
  const names = await readdir(folder).catch((): string[] => []);
  const supplies = await Promise.all(names.map((name) => readSupply(join(folder, name))));
  // mice and headsets have batteries of their own
  const batteries = supplies.filter(({ type, scope }) => type === 'Battery' && scope !== 'Device');
  if (batteries.length === 0) return undefined;
  const isPlugged = supplies.some(({ type, online }) => type !== 'Battery' && online === '1');
  const isDischarging = !isPlugged && batteries.some(({ status }) => status === 'Discharging');
  const percents = batteries.flatMap(({ capacity = '' }) => (/^\d+$/.test(capacity) ? [Number(capacity)] : []));
  const mean = percents.reduce((sum, percent) => sum + percent, 0) / percents.length;
  return { left: isDischarging && percents.length > 0 ? Math.round(mean) : undefined };
}

async function readSupply(folder: string): Promise<Supply> {
  const texts = await Promise.all(
    described.map((name) =>
      readFile(join(folder, name), 'utf8').then(
        (text) => text.trim(),
        () => undefined,
      ),
    ),
  );
  const [type, scope, status, capacity, online] = texts;
  return { type, scope, status, capacity, online };
}
