import assert from 'node:assert/strict';
import type { Profiler } from 'node:inspector';
import { busyBetween } from '../../bench/typing/busy.ts';

const ours = '/extensions/palimpsest/dist/extension.cjs';

function node(id: number, functionName: string, url: string, children: number[]): Profiler.ProfileNode {
  return { id, callFrame: { functionName, url, scriptId: '', lineNumber: 0, columnNumber: 0 }, children };
}

/** Root, idle, a function of the editor's that calls one of ours, which calls into the editor again. */
const nodes = [
  node(1, '(root)', '', [2, 3]),
  node(2, '(idle)', '', []),
  node(3, 'deliver', 'extensionHostProcess.js', [4]),
  node(4, 'typed', ours, [5]),
  node(5, 'getText', 'extensionHostProcess.js', []),
];

describe('how busy the extension host was behind a key', () => {
  it('counts what ran up to the next key, and as ours what we called, too', () => {
    const profile = {
      nodes,
      startTime: 0,
      endTime: 3000,
      // at 100, 400, 700, 1000 and 2500 microseconds
      samples: [2, 3, 4, 5, 2],
      timeDeltas: [100, 300, 300, 300, 1500],
    };
    const busy = busyBetween({ profile, strokes: [350, 2450, 2900] }, (url) => url === ours);
    assert.deepEqual(busy, [
      // the editor's 0.3 ms, our 0.3 ms and 1.5 ms until it was idle; of those it ran for one at most
      { all: 2.1, ours: 1.8, oursRan: 1.3 },
      { all: 0, ours: 0, oursRan: 0 },
    ]);
  });
});
