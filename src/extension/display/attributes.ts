import { titlesIn } from '../../taskrouter/attributes';
import { plain } from './safeText';

/** What a task is about in a few words, or undefined when its attributes do not say. */
export const taskTitle = (raw: string | null | undefined): string | undefined =>
  titlesIn(raw)
    .map((title) => plain(title, 60))
    .find((title) => title);
