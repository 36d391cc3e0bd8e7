// Tokens for models that a hub gives to signed-in accounts alone, each kept for its hub where the editor keeps secrets.
import * as vscode from 'vscode';

const secret = 'palimpsest.hubTokens';
/** The hub that is asked where no other is set. */
const usualHub = '';

export class HubTokens {
  readonly #secrets: vscode.SecretStorage;

  constructor(secrets: vscode.SecretStorage) {
    this.#secrets = secrets;
  }

  async tokenFor(hub = usualHub): Promise<string | undefined> {
    return (await this.#all())[hub];
  }

  /** Has the user enter a token for a hub, and keeps it; false where none was entered. */
  async enter(modelName: string, hub = usualHub): Promise<boolean> {
    const token = await vscode.window.showInputBox({
      title: vscode.l10n.t('Token for {0}', modelName),
      prompt: vscode.l10n.t(
        'A token that may read, from the settings of your account at the hub. It is kept with the editor’s secrets and shown to the hub alone.',
      ),
      password: true,
      ignoreFocusOut: true,
    });
    const entered = token?.trim() ?? '';
    if (entered === '') return false;
    await this.#secrets.store(secret, JSON.stringify({ ...(await this.#all()), [hub]: entered }));
    return true;
  }

  /** Forgets all of them; false where there was none. */
  async forget(): Promise<boolean> {
    const isAny = Object.keys(await this.#all()).length > 0;
    await this.#secrets.delete(secret);
    return isAny;
  }

  async #all(): Promise<Readonly<Record<string, string>>> {
    try {
      return JSON.parse((await this.#secrets.get(secret)) ?? '{}') as Record<string, string>;
    } catch {
      return {};
    }
  }
}
