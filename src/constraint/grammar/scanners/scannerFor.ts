// Which scanner a grammar gets: a port where there is one, else that of its own wasm.
import type { ExternalScanner } from '../scanner.ts';
import { ecmascriptScanner } from './ecmascript.ts';
import type { GrammarModule } from './grammarModule.ts';
import { pythonScanner } from './python.ts';
import { wasmScanner } from './wasmScanner.ts';

/** The scanner of the grammar `name`, undefined where it has no external tokens. `load` is called only if there is no port. */
export async function scannerFor(
  name: string,
  load: () => Promise<GrammarModule>,
): Promise<ExternalScanner | undefined> {
  if (name === 'javascript') return ecmascriptScanner('javascript');
  if (name === 'typescript' || name === 'tsx') return ecmascriptScanner('typescript');
  if (name === 'python') return pythonScanner();
  const module = await load();
  return module.language.externalTokenCount === 0 ? undefined : wasmScanner(module);
}
