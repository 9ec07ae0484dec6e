const buttons = 'button, summary, a[href]';

/** Enter and Escape that end or cancel an input method's composition are the input method's. */
export const isComposing = (event: KeyboardEvent): boolean => event.isComposing || event.keyCode === 229;

/**
 * Makes Enter act when it is released, as Space does, and only where it was pressed. Browsers click at keydown, which
 * a held key repeats: one long press on Send would send, and then confirm the dialog that follows.
 * What is no button receives an `enter` event instead of a click.
 * @param submit Ctrl+Enter or Cmd+Enter was pressed; not called for a key that repeats
 */
export function actOnRelease(submit: () => void): void {
  let pressed: EventTarget | null = null;

  window.addEventListener(
    'keydown',
    (event) => {
      if (event.key !== 'Enter') return;
      const { target, repeat, ctrlKey, metaKey } = event;
      if (target instanceof Element && target.matches(buttons)) event.preventDefault();
      if (repeat) return;
      pressed = null;
      if (isComposing(event)) return;
      if (ctrlKey || metaKey) submit();
      else pressed = target;
    },
    true,
  );
  window.addEventListener(
    'keyup',
    ({ key, target }) => {
      if (key !== 'Enter') return;
      const released = pressed === target ? target : null;
      pressed = null;
      if (!(released instanceof HTMLElement)) return;
      if (released.matches(buttons)) released.click();
      else released.dispatchEvent(new Event('enter'));
    },
    true,
  );
  // The release goes to a dialog or another window, which has the focus.
  window.addEventListener('blur', () => (pressed = null));
}

/**
 * Makes Ctrl+A or Cmd+A in a text field select its text at once, and keeps it from VS Code, which would select all again a
 * moment later: what was typed in between would be replaced by the next key.
 */
export function selectAtOnce(): void {
  document.addEventListener('keydown', (event) => {
    const { target, key, ctrlKey, metaKey, altKey, shiftKey } = event;
    if (key.toLowerCase() !== 'a' || !(ctrlKey || metaKey) || altKey || shiftKey) return;
    if (!(target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement)) return;
    target.select();
    event.preventDefault();
    event.stopPropagation();
  });
}
