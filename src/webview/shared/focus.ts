export interface PageFocus {
  /** Passes the focus on now, if the page has it. */
  passOn(): void;
  /** Takes the focus from the element that has it, and forgets it. */
  forget(): void;
}

/**
 * VS Code gives the focus to the page as a whole: when it opens, and after a quick pick or a dialog. This passes it on to
 * the element that had it last, or else to `fallback`.
 */
export function passFocusOn(fallback: () => HTMLElement | null): PageFocus {
  let last: HTMLElement | undefined;
  document.addEventListener('focusin', ({ target }) => (last = target as HTMLElement));
  // A click beside all controls takes the focus from them on purpose.
  document.addEventListener('mousedown', () => {
    setTimeout(() => {
      if (document.activeElement === document.body) last = undefined;
    });
  });
  const passOn = () => {
    if (!document.hasFocus() || document.activeElement !== document.body) return;
    const isUsable = last?.isConnected && !last.matches(':disabled');
    (isUsable ? last : fallback())?.focus({ preventScroll: true });
  };
  window.addEventListener('focus', passOn);
  const forget = () => {
    (document.activeElement as HTMLElement | null)?.blur();
    last = undefined;
  };
  return { passOn, forget };
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
