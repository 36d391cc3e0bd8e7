// A model that is ready → a session on it, for one window or one command line.
import { firstOf } from '../language/firstOf.ts';
import { LanguageServerOracle, type OracleOptions } from '../language/languageServerOracle.ts';
import { noOracle } from '../language/noOracle.ts';
import type { Oracle } from '../language/oracle.ts';
import { Experience } from './experience.ts';
import type { LoadedModel } from './loadModel.ts';
import { Session } from './session.ts';

export interface SessionOptions extends Omit<OracleOptions, 'limits'> {
  /** Where what is learnt of the workspace is kept; nowhere if it is left out. */
  readonly storagePath?: string | undefined;
  /** Knows what the editor knows of its documents; asked where no language server of ours does. */
  readonly editor?: Oracle;
}

export async function openSession(model: LoadedModel, options: SessionOptions): Promise<Session> {
  const { storagePath, editor = noOracle, ...servers } = options;
  const oracle = firstOf(new LanguageServerOracle(servers), editor);
  const experience = new Experience({ keepCosts: model.keepCosts, workspace: storagePath, version: model.version });
  const session = new Session({ ...model, oracle, experience });
  await experience.recall(session.speculation);
  return session;
}
