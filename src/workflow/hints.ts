import type { TextRange } from '../routing/expressions/syntax';
import { nameOf } from './diagnostics/workspace';
import type { WorkflowDocument } from './document';
import type { KnownWorkspace } from './known';
import { sidsIn } from './places';

/** A name to show behind its SID. */
export interface Hint {
  readonly offset: number;
  readonly name: string;
}

/** The names of the queues, activities and workers whose SIDs stand in a part of the document. */
export const hints = (document: WorkflowDocument, range: TextRange, known: KnownWorkspace): Hint[] =>
  sidsIn(document.text, range).flatMap(({ sid, range: { end } }) => {
    const name = nameOf(sid, known);
    return name === undefined ? [] : [{ offset: end, name }];
  });
