// The scripted engine → one runnable file, as the real engine's bundle is one.
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Writes the bundle to `outfile`, an ES module (`.mjs`, or `.js` beside a package.json of type module). */
export async function buildScriptedEngine(outfile: string): Promise<void> {
  await build({
    entryPoints: [fileURLToPath(new URL('./scriptedEngine.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'warning',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
}
