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
