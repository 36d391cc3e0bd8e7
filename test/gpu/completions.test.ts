// Completions by the embedded model's weights on a software GPU: the texts of the CPU, with the grammar and with proposals beside each
// other, and where several drafts lie beside each other in the cache, too. In float32, since SwiftShader takes seconds for a product
// of packed weights.
import assert from 'node:assert/strict';
import type { Session } from '../../src/engine/session.ts';
import { Speculation } from '../../src/engine/speculation.ts';
import type { Model } from '../../src/model/model.ts';
import type { CompletionRequest } from '../../src/protocol/messages.ts';
import { CheapRows } from '../support/cheapRows.ts';
import { ask } from '../support/check.ts';
import { openEmbeddedModel } from '../support/embeddedModel.ts';
import { embeddedSession } from '../support/embeddedSession.ts';
import { ShortPasses } from '../support/shortPasses.ts';
import { softwareGpuRows, useSoftwareGpu } from '../support/softwareGpu.ts';

/** Choices as near as this are equally good: rounding decides. */
const tie = 1e-3;

/** Each ‸ of a text is a hole: before it the text without marks, behind it what follows the last mark. */
interface MarkedDocument {
  readonly path: string;
  readonly language: string;
  readonly text: string;
  /** The hole that several drafts are wanted for. */
  readonly several: number;
}

const documents: readonly MarkedDocument[] = [
  {
    path: 'inventory.ts',
    language: 'typescript',
    several: 2,
    text: `class Inventory {
  readonly items = new Map<string, number>();
  add(name: string, count: number) {
    this.items.‸set(name, ‸count);
  }
  has(name: string) {
    return ‸this.items.has(‸);
  }
}
`,
  },
  {
    path: 'area.py',
    language: 'python',
    several: 1,
    text: `def area(width, height):
    return ‸width * height

def total(boxes):
    sum = 0
    for box in boxes:
        sum += ‸area(box.‸width, ‸)
    return sum
`,
  },
  {
    path: 'stack.go',
    language: 'go',
    several: 1,
    text: `func (s *Stack) Push(value int) {
	s.values = append(‸s.values, value)
}

func (s *Stack) Len() int {
	return ‸len(s.values)
}

func (s *Stack) Empty() bool {
	‸return s.Len() == ‸
}
`,
  },
  {
    path: 'Point.java',
    language: 'java',
    several: 3,
    text: `class Point {
  private final int x;
  private final int y;
  Point(int x, int y) {
    this.‸x = x;
    this.‸y = ‸y;
  }
  int getX() { return ‸; }
}
`,
  },
  {
    path: 'sum.c',
    language: 'c',
    several: 1,
    text: `int sum(const int *values, int count) {
  int total = 0;
  for (int i = 0; i < ‸count; i++) {
    total += ‸values[i];
  }
  return ‸total;
}

int mean(const int *values, int count) {
  return ‸;
}
`,
  },
];

function holesOf({ path, language, text }: MarkedDocument): readonly CompletionRequest[] {
  const parts = text.split('‸');
  const suffix = parts.at(-1)!;
  return parts
    .slice(0, -1)
    .map((_, hole) => ({ path, language, prefix: parts.slice(0, hole + 1).join(''), suffix, multiline: 'line' }));
}

interface Side {
  readonly model: ShortPasses;
  readonly session: Session;
}

describe('completions on WebGPU', function () {
  this.timeout(600_000);
  let cpu: Side;
  let gpu: Side;
  let proposed = 0;
  const ties: CompletionRequest[] = [];

  before(async () => {
    useSoftwareGpu();
    const open = async (device: Model['device']): Promise<Side> => {
      const decoder = await openEmbeddedModel({ device, precision: 'float32', maxTokens: 320 });
      const model = new ShortPasses(decoder, softwareGpuRows);
      return { model, session: await embeddedSession(model) };
    };
    cpu = await open('cpu');
    gpu = await open('webgpu');
  });
  after(async () => {
    await cpu?.model.close();
    await gpu?.model.close();
  });

  async function outcomeOf({ model, session }: Side, request: CompletionRequest) {
    model.leastGap = Number.POSITIVE_INFINITY;
    const outcome = await ask(session, { superpose: false, ...request });
    assert.ok(outcome.outcome === 'done', JSON.stringify(outcome));
    return outcome;
  }

  /** Asks both; resolves with what the user would be shown by the CPU. */
  async function compare(request: CompletionRequest): Promise<readonly string[]> {
    const expected = await outcomeOf(cpu, request);
    const actual = await outcomeOf(gpu, request);
    const shown = ({ drafts }: typeof expected) => drafts.map(({ text, replaces }) => `${text}~${replaces}`);
    if (cpu.model.leastGap < tie && shown(actual).join() !== shown(expected).join()) ties.push(request);
    else assert.deepEqual(shown(actual), shown(expected), `behind ${request.prefix}`);
    proposed += actual.counters.rows - actual.counters.passes;
    return shown(expected);
  }

  for (const document of documents) {
    const holes = holesOf(document);

    it(`are those of the CPU in ${holes.length} holes of ${document.path}`, async () => {
      // nothing of the last document is proposed, and much of this one
      for (const { session } of [cpu, gpu]) {
        const { tokenizer, model, speculation } = session;
        session.speculation = new Speculation(tokenizer, model.config.vocabulary, new CheapRows(), speculation.width);
      }
      const { trees } = gpu.model;
      for (const hole of holes) assert.equal((await compare({ ...hole, maxTokens: 10 })).length, 1, 'no draft');
      assert.ok(gpu.model.trees > trees, 'several ways to go on were never asked about together');
    });

    it(`are those of the CPU beside each other in ${document.path}`, async () => {
      const { trees } = gpu.model;
      const drafts = await compare({ ...holes[document.several]!, maxTokens: 8, drafts: 3 });
      assert.ok(drafts.length > 1, drafts.join());
      assert.ok(gpu.model.trees > trees, 'no pass over a tree');
    });
  }

  it('differ in no more than two, where two choices are as good as each other', () => {
    assert.equal(gpu.model.device, 'webgpu');
    assert.ok(proposed > 0);
    assert.ok(ties.length <= 2, JSON.stringify(ties));
  });
});
