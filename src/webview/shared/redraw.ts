/**
 * Runs a render function, but never while a mouse button is down: what moves away under the pointer would lose its
 * click. A render requested during another one runs after it.
 */
export class Redraw {
  #pressed = false;
  #postponed = false;
  #running = false;
  #again = false;

  constructor(private readonly render: () => void) {
    window.addEventListener('pointerdown', ({ button }) => (this.#pressed = button === 0), true);
    window.addEventListener('blur', this.#release);
    // A select box's popup swallows the event in which its button goes up.
    window.addEventListener(
      'pointermove',
      ({ buttons }) => buttons === 0 && this.#pressed && this.#release(),
    );
    for (const type of ['pointerup', 'pointercancel', 'input', 'keydown'])
      window.addEventListener(type, this.#release, true);
  }

  now(): void {
    this.#postponed = this.#pressed;
    if (this.#pressed) return;
    // Removing what has the focus fires events, whose listeners may call this.
    this.#again = this.#running;
    if (this.#running) return;
    this.#running = true;
    try {
      do {
        this.#again = false;
        this.render();
      } while (this.#again);
    } finally {
      this.#running = false;
    }
  }

  // Later, because `click` follows `pointerup`, and `change` follows `input`: both must find their target in place.
  readonly #release = (): void => {
    this.#pressed = false;
    setTimeout(() => this.#postponed && this.now());
  };
}
