import * as vscode from 'vscode';
import type { TaskExplanation, Timeline } from '../../../explanation/explanation';
import type { ExplanationFacts } from '../../../explanation/facts';
import type { MarkdownOptions } from '../../../explanation/markdown';
import { asMarkdown } from '../../../explanation/markdown';

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
