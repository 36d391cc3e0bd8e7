// One process at a time changes a model, whichever window it belongs to.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { check, lock } from 'proper-lockfile';
import { diskError, errorCode, ModelStoreError } from './storeError.ts';

/** A lock whose holder has not touched it for this long belongs to a dead process. */
const staleMs = 10_000;
const retryMs = 200;

export interface LockOptions {
  /** Whether to wait while another process holds the lock. */
  readonly mayWait: boolean;
  /** Called once, when waiting begins. */
  readonly onWait?: () => void;
  readonly signal?: AbortSignal;
}

export interface ModelLock {
  /** Aborted where the lock was taken over, as after a long sleep of the machine. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

/** Whether a process is at work on the model `id`. */
export function isLocked(modelsPath: string, id: string): Promise<boolean> {
  return check(join(modelsPath, id), { realpath: false, stale: staleMs }).catch(() => false);
}

/** Makes the folder of models, and keeps others from changing the model `id` until the lock is released. @throws ModelStoreError */
export async function lockModel(modelsPath: string, id: string, options: LockOptions): Promise<ModelLock> {
  const { mayWait, onWait, signal } = options;
  const lost = new AbortController();
  for (let isFirst = true; ; isFirst = false) {
    try {
      await mkdir(modelsPath, { recursive: true });
      const release = await lock(join(modelsPath, id), {
        realpath: false,
        stale: staleMs,
        onCompromised: () => lost.abort(),
      });
      // what is lost cannot be given back
      return { lost: lost.signal, release: () => (lost.signal.aborted ? Promise.resolve() : release()) };
    } catch (error) {
      if (errorCode(error) !== 'ELOCKED') throw diskError(modelsPath, error);
      if (!mayWait)
        throw new ModelStoreError('busy', `Another window is changing ${id}: wait until it is done, or stop it there.`);
    }
    if (isFirst) onWait?.();
    await setTimeout(retryMs, undefined, signal && { signal }).catch((error: unknown) => {
      throw new ModelStoreError(
        'cancelled',
        `The download of ${id} was stopped: another process goes on with it.`,
        error,
      );
    });
  }
}
