// Models that there are and could be → rows of the list that one is chosen from. A row speaks for itself: it is read aloud, too.
import type { ModelList } from '../protocol/modelMessages.ts';
import type { ListedModel } from '../protocol/models.ts';
import { bytesText, speedText } from './modelWords.ts';
import type { Translate } from './silence.ts';

/** What the buttons of a row do: try a model on this machine, remove it, throw away what a download has left, show what is written about it. */
export type RowAction = 'try' | 'remove' | 'discard' | 'page' | 'card';

export interface ModelRow {
  readonly model: ListedModel;
  readonly isInUse: boolean;
  readonly label: string;
  readonly description: string;
  readonly detail: string;
  /** What speaks against using it here. */
  readonly warning?: string;
  readonly actions: readonly RowAction[];
}

export interface ModelRows {
  readonly installed: readonly ModelRow[];
  readonly available: readonly ModelRow[];
}

export interface RowFacts extends ModelList {
  /** `palimpsest.model`. */
  readonly setting: string;
  /** `palimpsest.memoryMiB`. */
  readonly allowedMiB: number;
}

export function modelRows({ models, memoryBytes, setting, allowedMiB }: RowFacts, t: Translate): ModelRows {
  const inUse = modelInUse(models, setting);
  const rows = models.map((model): ModelRow => {
    const isInUse = model === inUse;
    const warning = memoryWarning(model, memoryBytes, allowedMiB, t);
    return {
      model,
      isInUse,
      label: isInUse ? `$(check) ${model.name}` : model.name,
      description: descriptionOf(model, isInUse, t),
      detail: [...(warning === undefined ? [] : [`$(warning) ${warning}`]), ...aboutText(model, t)].join(' · '),
      ...(warning !== undefined && { warning }),
      actions: actionsOf(model),
    };
  });
  return {
    installed: rows.filter(({ model }) => model.path !== undefined),
    available: rows.filter(({ model }) => model.path === undefined),
  };
}

/** The model that the setting means, an id, a path or nothing for the embedded one; undefined where it is none of the list's. */
export function modelInUse(models: readonly ListedModel[], setting: string): ListedModel | undefined {
  if (setting === '') return models.find(({ state }) => state === 'embedded');
  return models.find(({ id, path }) => path !== undefined && (id === setting || path === setting));
}

function descriptionOf(model: ListedModel, isInUse: boolean, t: Translate): string {
  const parts = isInUse ? [t('in use')] : [];
  parts.push(sizeText(model, t));
  if (model.licence !== undefined) parts.push(model.licence);
  if (model.speed !== undefined) parts.push(speedText(model.speed, t));
  return parts.filter((part) => part !== '').join(' · ');
}

function sizeText({ state, bytes, downloadBytes, isBusy }: ListedModel, t: Translate): string {
  const whole = downloadBytes === undefined ? '' : t('about {0}', bytesText(downloadBytes));
  if (isBusy) return t('being downloaded');
  if (state === 'available') return whole;
  if (state !== 'begun') return bytesText(bytes);
  return whole === '' ? t('{0} are here', bytesText(bytes)) : t('{0} of {1} are here', bytesText(bytes), whole);
}

function aboutText({ fitness, languages, path, isInPlace }: ListedModel, t: Translate): readonly string[] {
  const parts = fitness === undefined ? [] : [fitness];
  if (languages !== undefined)
    parts.push(languages.includes('*') ? t('most languages') : languages.slice(0, mostLanguages).join(', '));
  if (fitness === undefined && path !== undefined) parts.push(isInPlace ? path : t('imported'));
  return parts;
}

const mostLanguages = 6;

function memoryWarning(
  { memoryBytes: needed }: ListedModel,
  memoryBytes: number,
  allowedMiB: number,
  t: Translate,
): string | undefined {
  if (needed === undefined) return undefined;
  if (allowedMiB > 0 && needed > allowedMiB * 2 ** 20)
    return t(
      'needs about {0} of memory, and palimpsest.memoryMiB allows {1}',
      bytesText(needed),
      bytesText(allowedMiB * 2 ** 20),
    );
  if (needed > memoryBytes)
    return t('needs about {0} of memory, and this machine has {1}', bytesText(needed), bytesText(memoryBytes));
  return undefined;
}

function actionsOf({ state, page }: ListedModel): readonly RowAction[] {
  if (state === 'embedded') return ['try', 'card'];
  const read: readonly RowAction[] = page === undefined ? [] : ['page'];
  if (state === 'begun') return [...read, 'discard'];
  return state === 'available' ? read : ['try', ...read, 'remove'];
}
