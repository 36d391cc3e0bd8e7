// Versions of the running program → the Node program that can run the engine.

/** Oldest Node the engine runs on. */
const oldest: readonly [number, number] = [20, 9];

/**
 * The program to fork the engine with: the editor's own Node where it is new enough, else the `node` on the PATH.
 * Electron acts as Node when ELECTRON_RUN_AS_NODE is set; plain Node ignores it.
 */
export function engineProgram(own: { readonly execPath: string; readonly nodeVersion: string }): string {
  const [major = 0, minor = 0] = own.nodeVersion.split('.').map(Number);
  const newEnough = major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
  return newEnough ? own.execPath : 'node';
}

/** The environment of the engine: the editor's own, without what would make Node load or listen to something else. */
export function engineEnvironment(own: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const kept = Object.entries(own).flatMap(([name, value]): [string, string][] =>
    value === undefined || name === 'NODE_OPTIONS' || name.startsWith('VSCODE_') ? [] : [[name, value]],
  );
  return { ...Object.fromEntries(kept), ELECTRON_RUN_AS_NODE: '1' };
}
