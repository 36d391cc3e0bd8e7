// A session on the embedded model, or on another with its tokens, with grammars and without language servers. The caller closes it.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Grammars } from '../../src/constraint/grammar/grammars.ts';
import { TokenTexts } from '../../src/constraint/tokenTexts.ts';
import { ModelRunner } from '../../src/engine/modelRunner.ts';
import { Session } from '../../src/engine/session.ts';
import { noOracle } from '../../src/language/noOracle.ts';
import type { Model } from '../../src/model/model.ts';
import { layoutFor } from '../../src/prompt/layouts.ts';
import { grammarsPath, testCachePath } from './built.ts';
import { openEmbeddedModel } from './embeddedModel.ts';
import { embeddedTokenizer } from './embeddedTokenizer.ts';

export async function embeddedSession(given?: Model): Promise<Session> {
  const [model, tokenizer] = [given ?? (await openEmbeddedModel()), await embeddedTokenizer()];
  const texts = new TokenTexts(tokenizer.vocabulary);
  const grammars = new Grammars(grammarsPath, join(testCachePath, '..', 'masks'), texts, assert.fail);
  const layout = layoutFor(model.config.name, tokenizer)!;
  return new Session({
    runner: new ModelRunner(model),
    tokenizer,
    layout,
    texts,
    grammars,
    oracle: noOracle,
    keepCase: () => {},
  });
}
