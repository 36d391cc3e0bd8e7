// Command-line flags → options.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { userDataFolder } from '../base/userFolder.ts';
import { catalogue } from '../model/store/catalogue.ts';
import { type Device, type FillInTheMiddle, mostDrafts, type Sampling } from '../protocol/messages.ts';
import { samplingOf, samplingOptions } from './samplingFlags.ts';
import { UsageError } from './usageError.ts';

export interface CliOptions {
  readonly modelPath: string;
  /** What `--model` says, which may be the id of an installed model in place of a path. */
  readonly modelName: string | undefined;
  /** The embedded model. */
  readonly embeddedPath: string;
  /** Folder of installed models. */
  readonly modelsPath: string;
  /** Address of a mirror to download from. */
  readonly mirror: string | undefined;
  /** Whether the hub's token is taken from the environment. */
  readonly tokenFromEnv: boolean;
  /** Whether an imported model stays where it is. */
  readonly inPlace: boolean;
  /** How the model fills in the middle, where nobody knows. */
  readonly fillInTheMiddle?: FillInTheMiddle;
  readonly grammarsPath: string;
  readonly cachePath: string;
  readonly device: Device;
  readonly threads: number;
  /** Texts that are wanted at most. */
  readonly drafts: number | undefined;
  readonly maxTokens: number | undefined;
  /** Whether the language's grammar decides what may follow. */
  readonly grammar: boolean;
  /** Whether the project decides which names may follow. */
  readonly monitor: boolean;
  /** Whether several tokens are proposed to the model in one pass. */
  readonly speculate: boolean;
  /** Whether drafts beside the first are guessed at by superposed decoding; undefined where what passes cost decides. */
  readonly superpose: boolean | undefined;
  /** How tokens are drawn; undefined where the most probable are said. */
  readonly sampling: Sampling | undefined;
  /** Whether programs of the project, and programs that run its code, may be started to know that. */
  readonly trust: boolean;
  /** File for a Chrome trace, or `-` for indented text on standard error. */
  readonly trace: string | undefined;
  readonly json: boolean;
}

export interface CommandLine {
  /** The command and its operands. */
  readonly words: readonly string[];
  readonly options: CliOptions;
}

const devices: readonly Device[] = ['auto', 'cpu', 'webgpu'];

/** Parses the arguments after the program's name. @throws UsageError */
export function parseCommandLine(argv: readonly string[]): CommandLine {
  const { values, positionals } = parse(argv);
  const drafts = values.drafts === undefined ? undefined : integer('drafts', values.drafts, 1);
  if (drafts !== undefined && (drafts < 1 || drafts > mostDrafts))
    throw new UsageError(`--drafts takes 1 to ${mostDrafts}, not ${drafts}.`);
  const device = values.device ?? 'auto';
  if (!isDevice(device)) throw new UsageError(`--device takes ${devices.join(', ')}, not ${device}.`);
  const embeddedPath = shipped(`models/${catalogue.embedded}`);
  return {
    words: positionals,
    options: {
      modelPath: resolve(values.model ?? embeddedPath),
      modelName: values.model,
      embeddedPath,
      modelsPath: process.env.PALIMPSEST_MODELS ?? join(userDataFolder('palimpsest'), 'models'),
      mirror: values.mirror,
      tokenFromEnv: values['token-from-env'] ?? false,
      inPlace: values['in-place'] ?? false,
      ...(values.fim !== undefined && { fillInTheMiddle: described(values.fim) }),
      grammarsPath: shipped('grammars'),
      cachePath: process.env.PALIMPSEST_CACHE ?? defaultCachePath(),
      device,
      threads: integer('threads', values.threads, 0),
      drafts,
      maxTokens: values['max-tokens'] === undefined ? undefined : integer('max-tokens', values['max-tokens'], 1),
      grammar: isOn('grammar', values.grammar, true),
      monitor: isOn('monitor', values.monitor, true),
      speculate: isOn('speculate', values.speculate, true),
      superpose: values.superpose === undefined ? undefined : isOn('superpose', values.superpose, true),
      sampling: samplingOf(values),
      trust: isOn('trust', values.trust, false),
      trace: values.trace,
      json: values.json ?? false,
    },
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        model: { type: 'string' },
        fim: { type: 'string' },
        device: { type: 'string' },
        threads: { type: 'string' },
        'max-tokens': { type: 'string' },
        drafts: { type: 'string' },
        grammar: { type: 'string' },
        monitor: { type: 'string' },
        trust: { type: 'string' },
        speculate: { type: 'string' },
        superpose: { type: 'string' },
        ...samplingOptions,
        trace: { type: 'string' },
        json: { type: 'boolean' },
        mirror: { type: 'string' },
        'token-from-env': { type: 'boolean' },
        'in-place': { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

const isDevice = (text: string): text is Device => (devices as readonly string[]).includes(text);

function isOn(name: string, text: string | undefined, fallback: boolean): boolean {
  if (text === undefined) return fallback;
  if (text !== 'on' && text !== 'off') throw new UsageError(`--${name} takes on or off, not ${text}.`);
  return text === 'on';
}

function integer(name: string, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new UsageError(`--${name} takes a whole number, not ${text}.`);
  return value;
}

/** What is in it is looked at where the model's tokens are known. */
function described(text: string): FillInTheMiddle {
  try {
    return JSON.parse(text) as FillInTheMiddle;
  } catch {
    throw new UsageError(`--fim takes JSON, such as {"prefix":"<p>","suffix":"<s>","middle":"<m>"}, not ${text}.`);
  }
}

/** A folder that ships: beside the bundle in an installation, above the sources in a checkout. */
function shipped(folder: string): string {
  const candidates = [`../${folder}`, `../../${folder}`].map((path) => fileURLToPath(new URL(path, import.meta.url)));
  return candidates.find((path) => existsSync(path)) ?? candidates[0]!;
}

function defaultCachePath(): string {
  if (process.platform === 'win32') return join(process.env.LOCALAPPDATA ?? homedir(), 'Palimpsest', 'graphs');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'palimpsest', 'graphs');
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'palimpsest', 'graphs');
}
