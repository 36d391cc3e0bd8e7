// The id of a model that can be used → the path of its files.
import type { ModelFolders } from '../../protocol/models.ts';
import { catalogue } from './catalogue.ts';
import { installedModel } from './modelStore.ts';

/** Undefined where the model is not installed, or `id` is none. */
export async function modelWithId(id: string, folders: ModelFolders): Promise<string | undefined> {
  const installed = await installedModel(folders.modelsPath, id);
  return installed?.path ?? (id === catalogue.embedded ? folders.embeddedPath : undefined);
}
