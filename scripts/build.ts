// Sources → the three bundles in dist/: the extension (CommonJS, as the editor loads it), the engine and the command line.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const shared: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  minifySyntax: true,
  legalComments: 'none',
  logLevel: 'warning',
};
const module: BuildOptions = {
  ...shared,
  format: 'esm',
  external: ['onnxruntime-node'],
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
};

const bundles: readonly BuildOptions[] = [
  {
    ...shared,
    format: 'cjs',
    external: ['vscode'],
    entryPoints: ['src/extension/main.ts'],
    outfile: 'dist/extension.cjs',
  },
  { ...module, entryPoints: ['src/engine/main.ts'], outfile: 'dist/engine.js' },
  { ...module, entryPoints: ['src/cli/main.ts'], outfile: 'dist/cli.js' },
];
await Promise.all(
  bundles
    .filter(({ entryPoints }) => Array.isArray(entryPoints) && existsSync(`${root}/${entryPoints[0]}`))
    .map((options) => build(options)),
);
