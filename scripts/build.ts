// Sources → the bundles in dist/: the extension (CommonJS, as the editor loads it), the engine, the process that keeps models and the
// command line; and beside them the runtime of web-tree-sitter, which the engine reads when it opens a grammar.
import { copyFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';
import { thirdPartyNotices } from './thirdPartyNotices.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const shared: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  minifySyntax: true,
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
};
const module: BuildOptions = {
  ...shared,
  format: 'esm',
  external: ['onnxruntime-node'],
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
  },
};

const results = await Promise.all([
  build({
    ...shared,
    format: 'cjs',
    external: ['vscode'],
    entryPoints: ['src/extension/main.ts'],
    outfile: 'dist/extension.cjs',
  }),
  build({ ...module, entryPoints: ['src/engine/main.ts'], outfile: 'dist/engine.js' }),
  build({ ...module, entryPoints: ['src/models/main.ts'], outfile: 'dist/models.js' }),
  build({
    ...module,
    banner: { js: `#!/usr/bin/env node\n${module.banner?.js ?? ''}` },
    entryPoints: ['src/cli/main.ts'],
    outfile: 'dist/cli.js',
  }),
]);
const runtime = 'web-tree-sitter.wasm';
await copyFile(`${root}/node_modules/web-tree-sitter/${runtime}`, `${root}/dist/${runtime}`);
const inputs = results.flatMap(({ metafile }) => Object.keys(metafile?.inputs ?? {}));
await writeFile(`${root}/dist/THIRD-PARTY-NOTICES.txt`, await thirdPartyNotices(root, inputs));
