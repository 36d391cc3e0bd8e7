// How long after a key the ghost text is another, by the page's own clock.
import type { Page } from 'playwright-core';

const ghost = `[...document.querySelectorAll('.view-lines [class*="ghost-text-decoration"], .suggest-preview-text > *')]
  .map((part) => part.textContent).join('\\n')`;

/** Milliseconds from the key's event to the last change of the ghost text within `settledMs`; undefined where it did not change. */
export async function changeAfter(page: Page, key: string, settledMs = 300): Promise<number | undefined> {
  await page.evaluate(`(() => {
    const ghost = () => ${ghost};
    let last = ghost();
    let pressedMs;
    window.ghostChangedMs = undefined;
    const look = new MutationObserver(() => {
      const now = ghost();
      if (pressedMs === undefined || now === last) return;
      last = now;
      window.ghostChangedMs = performance.now() - pressedMs;
    });
    look.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
    const press = (event) => { if (event.key !== 'Alt') pressedMs = event.timeStamp; };
    window.addEventListener('keydown', press, true);
    setTimeout(() => { look.disconnect(); window.removeEventListener('keydown', press, true); }, ${2 * settledMs});
  })()`);
  await page.keyboard.press(key);
  await page.waitForTimeout(settledMs);
  return await page.evaluate<number | undefined>('window.ghostChangedMs');
}
