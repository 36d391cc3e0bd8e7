import assert from 'node:assert/strict';
import { gather } from '../../../src/context/gather.ts';
import type { Tokenizer } from '../../../src/model/tokenizer.ts';
import type { Anchor } from '../../../src/prompt/anchor.ts';
import { type Layout, layoutFor, layoutOf } from '../../../src/prompt/layouts.ts';
import { type PromptBudget, render } from '../../../src/prompt/render.ts';
import type { CompletionRequest } from '../../../src/protocol/messages.ts';
import { requestFor } from '../../support/check.ts';
import { embeddedTokenizer } from '../../support/embeddedTokenizer.ts';

const roomy: PromptBudget = { prefixTokens: 1024, suffixTokens: 256, excerptTokens: 512 };
const markers = ['<fim_prefix>', '<fim_suffix>', '<fim_middle>', '<repo_name>', '<file_sep>'];

describe('render', () => {
  let tokenizer: Tokenizer;
  let suffixFirst: Layout;
  let anchored: Layout;
  before(async () => {
    tokenizer = await embeddedTokenizer();
    suffixFirst = layoutFor('palimpsest-135m', tokenizer)!;
    anchored = layoutFor('some other model', tokenizer)!;
  });

  const tokensOf = (layout: Layout, request: CompletionRequest, budget = roomy, anchor?: Anchor) =>
    render(gather(request), layout, budget, tokenizer, anchor);

  /** The prompt as text, markers spelt out, the healed end in brackets. */
  function draw(layout: Layout, request: CompletionRequest, budget = roomy, anchor?: Anchor): string {
    const { tokens, healed } = tokensOf(layout, request, budget, anchor);
    const names = new Map(markers.map((marker) => [tokenizer.specialId(marker), marker]));
    const text = tokens.map((id) => names.get(id) ?? tokenizer.vocabulary.decode([id])).join('');
    return `${text}[${healed}]`;
  }

  it('puts the suffix first for a model tuned so, and the typed text last', () => {
    const request = requestFor('one();\n  two‸;\nthree();\n', { repository: 'my-extension' });
    assert.equal(
      draw(suffixFirst, request),
      '<repo_name>my-extension\n<file_sep>src/a.ts\n<fim_suffix>;\nthree();\n<fim_prefix>one();\n [ two]'.replace(
        '<fim_suffix>;',
        '<fim_suffix>',
      ),
    );
  });

  it('anchors prefix-suffix-middle models at the line start, so that typing appends', () => {
    const request = requestFor('one();\n  two‸ + 1;\nthree();\n');
    assert.equal(
      draw(anchored, request),
      '<file_sep>src/a.ts\n<fim_prefix>one();\n<fim_suffix> + 1;\nthree();\n<fim_middle> [ two]',
    );
    const { anchor } = tokensOf(anchored, request);
    assert.equal(
      draw(anchored, requestFor('one();\n  two();\n  th‸ + 1;\nthree();\n'), roomy, anchor),
      '<file_sep>src/a.ts\n<fim_prefix>one();\n<fim_suffix> + 1;\nthree();\n<fim_middle>  two();\n [ th]',
    );
  });

  it('puts the suffix first for prefix-suffix-middle models, too, and leaves out what a dialect has no token for', () => {
    const { prefix, suffix, middle } = anchored.tokens;
    const layout: Layout = { order: 'suffixFirst', tokens: { prefix, suffix, middle: middle! } };
    const request = requestFor('one();\n  two‸ + 1;\nthree();\n', {
      repository: 'my-extension',
      excerpts: [{ path: 'src/range.ts', text: 'export interface Range {}' }],
    });
    assert.equal(draw(layout, request), '<fim_suffix> + 1;\nthree();\n<fim_prefix>one();\n<fim_middle> [ two]');
  });

  it('shows excerpts of other files before the file itself, as many as fit', () => {
    const excerpts = [
      { path: 'src/range.ts', text: 'export interface Range {}' },
      { path: 'src/large.ts', text: 'x;\n'.repeat(500) },
    ];
    assert.equal(
      draw(suffixFirst, requestFor('a‸\n', { excerpts })),
      '<file_sep>src/range.ts\nexport interface Range {}\n<file_sep>src/a.ts\n<fim_suffix>\n<fim_prefix>[a]',
    );
  });

  it('leaves closers alone at the cursor out of the suffix: typing a bracket keeps the prompt', () => {
    const before = tokensOf(suffixFirst, requestFor('one();\n  call(‸\nnext();\n')).tokens;
    const after = tokensOf(suffixFirst, requestFor('one();\n  call(‸);\nnext();\n')).tokens;
    assert.deepEqual(after, before);
  });

  it('keeps the suffix while blocks are opened, filled and left, as an editor closes them', () => {
    const steps = [
      'one();\nfunction f() ‸\n\nnext();\n',
      'one();\nfunction f() {‸}\n\nnext();\n',
      'one();\nfunction f() {\n  ‸\n}\n\nnext();\n',
      'one();\nfunction f() {\n  if (‸)\n}\n\nnext();\n',
      'one();\nfunction f() {\n  if (one) {‸}\n}\n\nnext();\n',
      'one();\nfunction f() {\n  if (one) {\n    ‸\n  }\n}\n\nnext();\n',
      'one();\nfunction f() {\n  if (one) {\n    call([\n      ‸\n    ]);\n  }\n}\n\nnext();\n',
      'one();\nfunction f() {\n  if (one) {\n    call([\n      2,\n    ]);‸\n  }\n}\n\nnext();\n',
      'one();\nfunction f() {\n  if (one) {\n    call([\n      2,\n    ]);\n  }\n}‸\n\nnext();\n',
    ].map((source) => requestFor(source));
    for (const layout of [suffixFirst, anchored])
      for (const request of steps) assert.match(draw(layout, request), /<fim_suffix>\n\nnext\(\);\n</);
  });

  it('encodes markers in the user’s text as text', () => {
    const { tokens } = tokensOf(suffixFirst, requestFor('<fim_suffix> <|endoftext|>\n‸'));
    const count = (marker: string): number => tokens.filter((id) => id === tokenizer.specialId(marker)).length;
    assert.equal(count('<fim_suffix>'), 1);
    assert.equal(count('<|endoftext|>'), 0);
  });

  it('keeps to its budgets', () => {
    const request = requestFor(`${'const value = 1;\n'.repeat(400)}‸\n${'other();\n'.repeat(400)}`);
    const { tokens } = tokensOf(suffixFirst, request, { prefixTokens: 100, suffixTokens: 40, excerptTokens: 0 });
    assert.ok(tokens.length <= 100 + 40 + 16, `${tokens.length} tokens`);
  });

  it('takes the word of whoever knows a model that nobody else knows', () => {
    const tokenizer = { specialId: (text: string) => (/^<[psm]>$/.test(text) ? 1 : undefined) };
    const described = { prefix: '<p>', suffix: '<s>' };
    assert.deepEqual(layoutOf(described, tokenizer), { order: 'suffixFirst', tokens: described });
    const middled = { ...described, middle: '<m>' };
    assert.deepEqual(layoutOf(middled, tokenizer), { order: 'prefixFirst', tokens: middled });
    assert.equal(layoutOf({ ...middled, order: 'suffixFirst' }, tokenizer).order, 'suffixFirst');
    const wrong: readonly (readonly [string, RegExp])[] = [
      ['{"prefix":"<p>"}', /no prefix or no suffix/],
      ['[]', /no prefix/],
      ['{"prefix":"<p>","suffix":"<x>"}', /no special token "<x>"/],
      ['{"prefix":"<p>","suffix":"<s>","middle":7}', /middle is no text/],
      ['{"prefix":"<p>","suffix":"<s>","order":"both"}', /neither/],
      ['{"prefix":"<p>","suffix":"<s>","order":"prefixFirst"}', /no middle, and the prompt would end in the suffix/],
      ['{"prefix":"<p>","suffix":"<s>","end":"<m>"}', /end is none of prefix, suffix/],
      ['null', /no prefix/],
    ];
    for (const [json, pattern] of wrong) assert.throws(() => layoutOf(JSON.parse(json), tokenizer), pattern);
  });

  it('finds no layout for a model without fill-in-the-middle tokens', () => {
    assert.equal(layoutFor('chat', { specialId: () => undefined }), undefined);
  });
});
