/**
 * Shows the tip of what the pointer is over: `data-tip`, or where that is empty what is read out of the element. For the
 * many that say something else with every poll: a browser works out the style of an element anew whenever its `title`
 * changes, and 308 of those are as much work as drawing their colours.
 */
export function showTips(page: Document): void {
  page.addEventListener('pointerover', ({ target }) => {
    const over = tipped(target);
    if (over !== null) over.title = over.dataset.tip || (over.getAttribute('aria-label') ?? '');
  });
  page.addEventListener('pointerout', ({ target }) => tipped(target)?.removeAttribute('title'));
}

function tipped(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>('[data-tip]') : null;
}
