/** Returns the focus to its element when VS Code, after a quick pick or a dialog, returns it to the page as a whole. */
export function returnFocus(): void {
  let last: HTMLElement | undefined;
  document.addEventListener('focusin', ({ target }) => (last = target as HTMLElement));
  document.addEventListener('focusout', () => {
    // Whether the focus left the page or just the element is known after this event.
    queueMicrotask(() => {
      if (document.hasFocus() && document.activeElement === document.body) last = undefined;
    });
  });
  window.addEventListener('focus', () => {
    if (document.activeElement === document.body) last?.focus({ preventScroll: true });
  });
}

/** Moves the focus to `fallback` when the element that had it was removed or disabled by a render. */
export function keepFocus(focused: Element | null, fallback: () => HTMLElement | null): void {
  if (!focused || focused === document.body) return;
  if (focused.isConnected && !focused.matches(':disabled')) return;
  fallback()?.focus();
}

/** Scrolls an element that gets the focus out from behind the footer, whose height depends on what it says. */
export function keepAboveFooter(): void {
  document.addEventListener('focusin', ({ target }) => {
    const footer = document.querySelector('.footer');
    if (!footer || !(target instanceof Element) || footer.contains(target)) return;
    const [element, cover] = [target.getBoundingClientRect(), footer.getBoundingClientRect()];
    if (element.left >= cover.right || element.right <= cover.left) return;
    const margin = 8;
    const hidden = element.bottom + margin - cover.top;
    // Not so far that the top of a tall element leaves the page.
    if (hidden > 0) window.scrollBy({ top: Math.min(hidden, Math.max(0, element.top - margin)) });
  });
}
