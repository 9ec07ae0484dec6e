import * as vscode from 'vscode';
import type { TaskExplanation, Timeline } from '../../../explanation/explanation';
import type { ExplanationFacts } from '../../../explanation/facts';
import type { MarkdownOptions } from '../../../explanation/markdown';
import { asMarkdown } from '../../../explanation/markdown';
import type { Clock } from '../../data/clock';

export interface Explained {
  readonly facts: ExplanationFacts;
  readonly explanation: TaskExplanation;
  readonly timeline: Timeline;
}

/** Copies an explanation as Markdown for a ticket, with or without what it says of customers. */
export async function copyExplanation(
  { facts, explanation, timeline }: Explained,
  options: MarkdownOptions,
): Promise<void> {
  await vscode.env.clipboard.writeText(asMarkdown(facts, explanation, timeline, options));
}

/** Milliseconds. */
const copiedFor = 4000;

/** What a page has copied a moment ago: with the customer's data, without it, or nothing. */
export class Copied {
  customerData: boolean | undefined;
  private timer: { cancel(): void } | undefined;

  constructor(
    private readonly clock: Pick<Clock, 'setTimeout'>,
    private readonly changed: () => void,
  ) {}

  note(customerData: boolean): void {
    this.dispose();
    this.timer = this.clock.setTimeout(() => {
      this.customerData = undefined;
      this.changed();
    }, copiedFor);
    this.customerData = customerData;
    this.changed();
  }

  dispose(): void {
    this.timer?.cancel();
  }
}
