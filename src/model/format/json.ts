// JSON of unknown origin with typed getters: what is absent or of another type reads as undefined.

import { ModelFileError } from './modelFileError.ts';

export interface JsonObject {
  keys(): readonly string[];
  has(key: string): boolean;
  number(key: string): number | undefined;
  string(key: string): string | undefined;
  boolean(key: string): boolean | undefined;
  numbers(key: string): readonly number[] | undefined;
  strings(key: string): readonly string[] | undefined;
  object(key: string): JsonObject | undefined;
  /** The items of an array that are objects. */
  objects(key: string): readonly JsonObject[] | undefined;
  array(key: string): readonly unknown[] | undefined;
}

/** @throws ModelFileError if `text` is not a JSON object. */
export function parseJsonObject(path: string, text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ModelFileError(path, 'holds damaged JSON', 'download it again', error);
  }
  const object = jsonObject(value);
  if (object === undefined) throw new ModelFileError(path, 'does not hold a JSON object');
  return object;
}

/** `value`, which came out of JSON, if it is an object. */
export function jsonObject(value: unknown): JsonObject | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const values = value as Readonly<Record<string, unknown>>;
  const get = (key: string): unknown => (Object.hasOwn(values, key) ? values[key] : undefined);
  const arrayOf = <T>(key: string, isItem: (item: unknown) => item is T): readonly T[] | undefined => {
    const array = get(key);
    return Array.isArray(array) && array.every(isItem) ? array : undefined;
  };
  const only = <T>(key: string, isWanted: (item: unknown) => item is T): T | undefined => {
    const item = get(key);
    return isWanted(item) ? item : undefined;
  };
  return {
    keys: () => Object.keys(values),
    // null is how Python writes "not set".
    has: (key) => (get(key) ?? undefined) !== undefined,
    number: (key) => only(key, isNumber),
    string: (key) => only(key, isString),
    boolean: (key) => only(key, isBoolean),
    numbers: (key) => arrayOf(key, isNumber),
    strings: (key) => arrayOf(key, isString),
    object: (key) => jsonObject(get(key)),
    objects: (key) => arrayOf(key, isAnything)?.flatMap((item) => jsonObject(item) ?? []),
    array: (key) => arrayOf(key, isAnything),
  };
}

const isAnything = (_value: unknown): _value is unknown => true;
const isNumber = (value: unknown): value is number => typeof value === 'number';
const isString = (value: unknown): value is string => typeof value === 'string';
const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';
