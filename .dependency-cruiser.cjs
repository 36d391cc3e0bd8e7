// The one-way rule of ARCHITECTURE.md: each folder of src imports only folders to its left in this row.
const row = ['base', 'protocol', 'model', 'context', 'prompt', 'language', 'constraint', 'draft', 'decode', 'engine', 'models', 'cli'];
const upward = row.map((folder, index) => ({
  name: `one-way-${folder}`,
  severity: 'error',
  from: { path: `^src/${folder}/` },
  to: { path: `^src/(${[...row.slice(index + 1), 'extension'].join('|')})/` },
}));
const only = (name, module, allowed) => ({
  name,
  severity: 'error',
  from: { path: '^src/', pathNot: allowed },
  to: { path: module },
});
module.exports = {
  forbidden: [
    ...upward,
    { name: 'protocol-imports-nothing', severity: 'error', from: { path: '^src/protocol/' }, to: { pathNot: '^src/protocol/' } },
    {
      name: 'extension-is-thin',
      severity: 'error',
      from: { path: '^src/extension/' },
      to: { path: '^src/', pathNot: '^src/(base|protocol|extension)/' },
    },
    only('vscode-in-extension', '^vscode$', '^src/extension/'),
    only('onnxruntime-in-model', 'onnxruntime', '^src/model/'),
    only('tree-sitter-in-grammar', 'web-tree-sitter', '^src/(constraint/grammar|context)/'),
    only('processes-in-their-place', '^(node:)?child_process$', '^src/(extension/(meetEngine|modelsClient)|language/)'),
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.json'] },
  },
};
