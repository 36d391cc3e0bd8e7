// A program's name → the folder of the user's account that its data lives in, as each system has it.
import { homedir } from 'node:os';
import { join } from 'node:path';

/** @param name in lower case; Windows gets it with a capital, as is the custom there */
export function userDataFolder(name: string): string {
  const home = homedir();
  if (process.platform === 'win32')
    return join(process.env.LOCALAPPDATA ?? home, `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`);
  if (process.platform === 'darwin') return join(home, 'Library', 'Application Support', name);
  return join(process.env.XDG_DATA_HOME ?? join(home, '.local', 'share'), name);
}
