import assert from 'node:assert/strict';
import { engineEnvironment, engineProgram } from '../../../src/extension/runtime.ts';

describe('program of the engine', () => {
  it('is the editor itself where its Node is new enough, else node', () => {
    assert.equal(engineProgram({ execPath: '/opt/editor', nodeVersion: '22.21.1' }), '/opt/editor');
    assert.equal(engineProgram({ execPath: '/opt/editor', nodeVersion: '20.18.3' }), '/opt/editor');
    assert.equal(engineProgram({ execPath: '/opt/editor', nodeVersion: '18.20.0' }), 'node');
  });

  it('runs as Node, without the options of the editor', () => {
    const environment = engineEnvironment({
      PATH: '/bin',
      NODE_OPTIONS: '--inspect',
      VSCODE_PID: '1',
      EMPTY: undefined,
    });
    assert.deepEqual(environment, { PATH: '/bin', ELECTRON_RUN_AS_NODE: '1' });
  });
});
