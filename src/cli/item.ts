// A line of batch input → a request. Unknown fields are ignored; what is wrong is said by field.
import type { CompletionRequest, Multiline } from '../protocol/messages.ts';
import { languageOf } from './place.ts';
import { mostSeed } from './samplingFlags.ts';
import { UsageError } from './usageError.ts';

export interface BatchItem {
  readonly id: string | number;
  readonly request: CompletionRequest;
  /** Root of the project that `path` is relative to; names are held to what it has. */
  readonly projectRoot: string | undefined;
  /** Milliseconds after which the item is cancelled, as a keystroke would. */
  readonly cancelAfterMs: number | undefined;
  /** Where tokens are drawn: the seed of this item, in place of that of the run. */
  readonly seed: number | undefined;
}

const reaches: readonly Multiline[] = ['auto', 'line', 'block'];

/** @throws UsageError naming the field that is wrong; `id` is filled in on the error's `itemId` when it could be read */
export function parseItem(line: string): BatchItem {
  const fields = parseObject(line);
  const { id } = fields;
  if (typeof id !== 'string' && typeof id !== 'number') throw new UsageError('"id" must be a string or a number');
  const text = (name: string): string => {
    const value = fields[name];
    if (typeof value !== 'string') throw new ItemError(id, `"${name}" must be a string`);
    return value;
  };
  const optional = <T>(name: string, check: (value: unknown) => value is T, what: string): T | undefined => {
    const value = fields[name];
    if (value === undefined || value === null) return undefined;
    if (!check(value)) throw new ItemError(id, `"${name}" must be ${what}`);
    return value;
  };
  const path = text('path');
  const language = optional('language', isString, 'a string') ?? languageOf(path);
  const maxTokens = optional('maxTokens', isCount, 'a whole number');
  const multiline = optional('multiline', isReach, reaches.join(', '));
  return {
    id,
    projectRoot: optional('projectRoot', isString, 'a string'),
    cancelAfterMs: optional('cancelAfterMs', isCount, 'a whole number'),
    seed: optional('seed', isSeed, `a whole number up to ${mostSeed}`),
    request: {
      path,
      language,
      prefix: text('prefix'),
      suffix: text('suffix'),
      ...(maxTokens !== undefined && { maxTokens }),
      ...(multiline !== undefined && { multiline }),
    },
  };
}

/** A wrong item whose id is known. */
export class ItemError extends UsageError {
  readonly itemId: string | number;

  constructor(itemId: string | number, message: string) {
    super(message);
    this.itemId = itemId;
  }
}

function parseObject(line: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new UsageError(`not JSON (${error instanceof Error ? error.message : String(error)})`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new UsageError('not a JSON object');
  return value as Record<string, unknown>;
}

const isString = (value: unknown): value is string => typeof value === 'string';
const isCount = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0;
const isSeed = (value: unknown): value is number => isCount(value) && value <= mostSeed;
const isReach = (value: unknown): value is Multiline => (reaches as readonly unknown[]).includes(value);
