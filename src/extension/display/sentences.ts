const isEnded = /[.!?…][”’"')\]]*$/u;

/** Texts one after the other, each ended once: those of ours that are sentences already end themselves. */
export const sentences = (...texts: readonly (string | undefined)[]): string =>
  texts
    .flatMap((text) => text?.trim() || [])
    .map((text) => (isEnded.test(text) ? text : `${text}.`))
    .join(' ');
