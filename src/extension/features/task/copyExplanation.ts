import * as vscode from 'vscode';
import { withoutCustomerData } from './customerData';
import { taskMarkdown } from './taskMarkdown';
import type { TaskModel } from './taskState';
import { taskState } from './taskState';

/** Copies what the page shows as Markdown for a ticket, with or without what it says of customers. */
export async function copyExplanation(model: TaskModel, customerData: boolean): Promise<void> {
  const shown = taskState(customerData ? model : withoutCustomerData(model));
  await vscode.env.clipboard.writeText(taskMarkdown(shown));
}
