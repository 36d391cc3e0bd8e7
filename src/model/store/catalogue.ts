// models/manifest.json → the models that are known, and the dialects in which models fill in the middle, checked field by field.
import manifest from '../../../models/manifest.json' with { type: 'json' };
import type { FillInTheMiddle } from '../../protocol/messages.ts';
import type { CatalogueFile, CatalogueModel } from '../../protocol/models.ts';
import { isPlainFileName } from '../format/fileName.ts';
import { type JsonObject, jsonObject } from '../format/json.ts';
import { ModelFileError } from '../format/modelFileError.ts';
import { isModelId } from './modelId.ts';
import { isOwnFile } from './modelRecord.ts';

/** The special tokens of a dialect, as the tokenizer spells them. */
export type FimTokens = Omit<FillInTheMiddle, 'order'>;

/** How a family of models is asked to fill in the middle: its tokens, and what of the prefix and the suffix comes first. */
export interface Dialect {
  readonly name: string;
  readonly order: 'prefixFirst' | 'suffixFirst';
  readonly tokens: FimTokens;
}

export interface Catalogue {
  /** Id of the model that ships. */
  readonly embedded: string;
  /** Where a model's dialect is not known, it speaks the first of these whose tokens it has. */
  readonly dialects: readonly Dialect[];
  readonly models: readonly CatalogueModel[];
}

const requiredTokens = ['prefix', 'suffix'] as const;
const optionalTokens = ['middle', 'repository', 'file'] as const;
const tokenNames: readonly string[] = [...requiredTokens, ...optionalTokens];

/** Checks what came out of the JSON of `path`. @throws ModelFileError that names the place and what is wrong there */
export function readCatalogue(path: string, value: unknown): Catalogue {
  const fail = (place: string, problem: string): never => {
    throw new ModelFileError(path, `is damaged: ${place} ${problem}`, 'install the extension again');
  };
  const list = (json: JsonObject, key: string): readonly JsonObject[] =>
    (json.array(key) ?? fail(key, 'is no list')).map(
      (item, index) => jsonObject(item) ?? fail(`${key}[${index}]`, 'is no object'),
    );
  const { text } = readingWith(fail);

  const json = jsonObject(value) ?? fail('it', 'is no object');
  const dialects = list(json, 'dialects').map((item, index) => ({
    name: text(item, `dialects[${index}]`, 'name'),
    ...readLayout(item, `dialects[${index}]`, { fail, text }),
  }));
  const models = list(json, 'models').map((item, index) => modelOf(item, `models[${index}]`, { fail, text }));
  for (const [what, names] of [
    ['dialects', dialects.map(({ name }) => name)],
    ['models', models.map(({ id }) => id)],
  ] as const)
    if (new Set(names).size < names.length) fail(what, 'names one twice');
  for (const { id, dialect } of models)
    if (!dialects.some(({ name }) => name === dialect)) fail(id, `speaks ${dialect}, which is no dialect here`);
  const embedded = text(json, 'it', 'embedded');
  const isEmbedded = ({ id }: CatalogueModel): boolean => id === embedded;
  if (!models.some(isEmbedded)) fail('embedded', `is ${embedded}, which is no model here`);
  for (const model of models)
    if (!isEmbedded(model) && model.repository === undefined) fail(model.id, 'has no repository');
  return { embedded, dialects, models };
}

interface Reading {
  readonly fail: (place: string, problem: string) => never;
  readonly text: (json: JsonObject, place: string, key: string) => string;
}

/** @param fail throws what it is told of a place */
export function readingWith(fail: Reading['fail']): Reading {
  const text = (json: JsonObject, place: string, key: string): string => {
    const found = json.string(key);
    return found?.trim() ? found : fail(`${place}.${key}`, 'is no text');
  };
  return { fail, text };
}

/** Reads the order and the tokens of a dialect. */
export function readLayout(json: JsonObject, place: string, { fail, text }: Reading): Omit<Dialect, 'name'> {
  const order = json.string('order');
  if (order !== 'prefixFirst' && order !== 'suffixFirst')
    return fail(`${place}.order`, 'is neither prefixFirst nor suffixFirst');
  const tokens = json.object('tokens') ?? fail(`${place}.tokens`, 'is no object');
  const unknown = tokens.keys().find((key) => !tokenNames.includes(key));
  if (unknown !== undefined) fail(`${place}.tokens.${unknown}`, `is none of ${tokenNames.join(', ')}`);
  const [prefix, suffix] = requiredTokens.map((key) => text(tokens, `${place}.tokens`, key)) as [string, string];
  if (order === 'prefixFirst' && !tokens.has('middle'))
    fail(`${place}.tokens`, 'has no middle, and the prompt would end in the suffix');
  const optional = optionalTokens.flatMap((key) =>
    tokens.has(key) ? [[key, text(tokens, `${place}.tokens`, key)] as const] : [],
  );
  return { order, tokens: { prefix, suffix, ...Object.fromEntries(optional) } };
}

const repositoryPattern = /^[A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]*$/;
const revisionPattern = /^[A-Za-z0-9][\w.-]*$/;

function modelOf(json: JsonObject, place: string, { fail, text }: Reading): CatalogueModel {
  const id = text(json, place, 'id');
  if (!isModelId(id)) fail(`${place}.id`, `cannot name a folder: ${JSON.stringify(id)}`);
  const contextTokens = json.number('contextTokens');
  if (contextTokens === undefined || !isCount(contextTokens)) return fail(`${id}.contextTokens`, 'is no whole number');
  const languages = json.strings('languages');
  if (languages === undefined || languages.length === 0) return fail(`${id}.languages`, 'is no list of texts');
  const repository = json.has('repository') ? text(json, id, 'repository') : undefined;
  if (repository !== undefined && !repositoryPattern.test(repository))
    fail(`${id}.repository`, `is not owner/name: ${JSON.stringify(repository)}`);
  const revision = json.has('revision') ? text(json, id, 'revision') : undefined;
  if (revision !== undefined && !revisionPattern.test(revision))
    fail(`${id}.revision`, `is no branch, tag or commit: ${JSON.stringify(revision)}`);
  const parameters = json.number('parameters');
  if (parameters === undefined ? json.has('parameters') : !isCount(parameters))
    fail(`${id}.parameters`, 'is no whole number');
  const storedBits = json.number('storedBits');
  if (storedBits === undefined ? json.has('storedBits') : !(storedBits >= 1 && storedBits <= 32))
    fail(`${id}.storedBits`, 'is no number of bits');
  const files = json.has('files') ? (json.object('files') ?? fail(`${id}.files`, 'is no object')) : undefined;
  return {
    id,
    name: text(json, id, 'name'),
    licence: text(json, id, 'licence'),
    ...(json.has('basedOn') && { basedOn: text(json, id, 'basedOn') }),
    dialect: text(json, id, 'dialect'),
    contextTokens,
    languages,
    fitness: text(json, id, 'fitness'),
    ...(parameters !== undefined && { parameters }),
    ...(storedBits !== undefined && { storedBits }),
    ...(repository !== undefined && { repository }),
    ...(revision !== undefined && { revision }),
    ...(files && { files: filesOf(files, `${id}.files`, fail) }),
  };
}

function filesOf(json: JsonObject, place: string, fail: Reading['fail']): readonly CatalogueFile[] {
  const names = json.keys();
  if (names.length === 0) fail(place, 'is empty');
  // some file systems do not tell A from a
  if (new Set(names.map((name) => name.toLowerCase())).size < names.length) fail(place, 'names one twice');
  return names.map((name) => {
    if (!isPlainFileName(name) || isOwnFile(name)) fail(place, `names what cannot be a file: ${JSON.stringify(name)}`);
    const entry = json.object(name) ?? fail(`${place}.${name}`, 'is no object');
    const bytes = entry.number('bytes');
    if (bytes === undefined ? entry.has('bytes') : !isCount(bytes))
      fail(`${place}.${name}.bytes`, 'is no whole number');
    const sha256 = entry.string('sha256');
    if (sha256 === undefined ? entry.has('sha256') : !/^[0-9a-f]{64}$/.test(sha256))
      fail(`${place}.${name}.sha256`, 'is no SHA-256 in hex');
    return { name, ...(bytes !== undefined && { bytes }), ...(sha256 !== undefined && { sha256 }) };
  });
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0;
}

/** The catalogue that ships. */
export const catalogue: Catalogue = readCatalogue('models/manifest.json', manifest);
