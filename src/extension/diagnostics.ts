// What is known of this installation → a text for a bug report. Holds no text of documents and no paths.
import type { EngineState } from './engineClient.ts';
import type { Counts } from './tally.ts';
import type { UsageCounts } from './usage.ts';

/** What goes into it. */
export interface DiagnosticFacts {
  readonly versions: Readonly<Record<string, string>>;
  readonly engine: EngineState;
  /** Settings that differ from their defaults. */
  readonly settings: readonly (readonly [string, unknown])[];
  readonly session: Counts;
  readonly usage: UsageCounts;
  /** The last lines of the log, oldest first. */
  readonly log: readonly string[];
}

/** In English, for those who read bug reports. */
export function diagnosticsText({ versions, engine, settings, session, usage, log }: DiagnosticFacts): string {
  const { latenciesMs, ...counts } = usage;
  const section = (name: string, lines: readonly string[]): string => [`## ${name}`, ...lines].join('\n');
  return `${[
    section('Versions', rows(versions)),
    section('Engine', [engineLine(engine)]),
    section(
      'Settings that differ from their defaults',
      settings.length === 0 ? ['none'] : settings.map(([name, value]) => `${name}: ${valueText(value)}`),
    ),
    section('Counts of this session', rows(session)),
    section('Counts kept', [...rows(counts), `answers timed: ${latenciesMs.length}`]),
    section('Log, last lines', log.length === 0 ? ['empty'] : log.map(withoutPaths)),
  ].join('\n\n')}\n`;
}

/** The line with everything taken out that names a place on the machine. */
export function withoutPaths(line: string): string {
  return line
    .replace(/\b[a-z][a-z0-9+.-]*:\/\/[^\s'"`)]+/gi, '‹path›')
    .replace(/(^|[\s'"`(=:,[])(?:[A-Za-z]:[\\/]|~?\/|\\\\)[^\s'"`),\]]+/g, '$1‹path›');
}

function rows(values: object): readonly string[] {
  return Object.entries(values).map(([name, value]) => `${name}: ${value}`);
}

function engineLine(engine: EngineState): string {
  switch (engine.kind) {
    case 'ready': {
      const { model, device, threads, contextTokens, loadMs, residentBytes, protocolVersion } = engine.info;
      const memory = `${Math.round(residentBytes / 2 ** 20)} MiB`;
      const load = `ready in ${Math.round(loadMs)} ms`;
      return `${model} on ${device}, ${threads} threads, ${contextTokens} tokens, ${load}, ${memory}, protocol ${protocolVersion}`;
    }
    case 'failed':
      return `failed: ${withoutPaths(engine.reason)}`;
    default:
      return engine.kind;
  }
}

/** Globs may name folders of the user's: of a list, only its size is told. */
function valueText(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(withoutPaths(value));
  if (typeof value === 'object' && value !== null) return `${Object.keys(value).length} entries`;
  return JSON.stringify(value);
}
