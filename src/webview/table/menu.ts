import type { RowView } from './protocol';

/**
 * `data-vscode-context`: VS Code opens the menu of the innermost element that has one, with these as context keys, and
 * passes them to the command. Without a row the menu has no commands of rows.
 */
export const menuOf = (row: RowView | undefined): string =>
  JSON.stringify({
    taskrouterRow: row?.menu ?? '',
    ...(row ? { taskrouterSid: row.sid } : {}),
    preventDefaultContextMenuItems: true,
  });
