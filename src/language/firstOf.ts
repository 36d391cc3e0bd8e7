// Several oracles as one: the first that knows a document's language answers, and of a document that is not whole here just one
// that has it whole.
import type { Oracle, Place } from './oracle.ts';

/** `servers` see the text that they are given; `editor` has its own, and is asked where they know nothing. */
export function firstOf(servers: Oracle, editor: Oracle): Oracle {
  const whoKnows = ({ document, language, isWhole }: Place): Oracle =>
    isWhole && servers.knows(document, language) ? servers : editor;
  return {
    knows: (document, language) => servers.knows(document, language) || editor.knows(document, language),
    hasAnswered: (document, language) =>
      (servers.knows(document, language) ? servers : editor).hasAnswered(document, language),
    names: (place, site, signal) => whoKnows(place).names(place, site, signal),
    call: (place, signal) => whoKnows(place).call(place, signal),
    importOf: (place, name, signal) => whoKnows(place).importOf(place, name, signal),
    dispose: () => {
      servers.dispose();
      editor.dispose();
    },
  };
}
