import type { ParseError } from 'jsonc-parser';
import { parse } from 'jsonc-parser';
import * as vscode from 'vscode';
import * as z from 'zod';
import { eventsFilterProblem } from '../../../callbacks/events';
import { openFolderFile } from '../../data/folderFile';
import { watchFolders } from '../../data/newFolders';
import { UnusableFileError } from '../../data/smallFile';
import { localize } from '../../display/localize';
import { plain } from '../../display/safeText';
import type { Disposable } from '../../emitter';
import { Disposables } from '../../emitter';
import type { Setup } from './setup';

/** In a workspace folder. */
export const suggestionsFile = '.vscode/taskrouter-callbacks.json';

/** What the file of a workspace folder suggests, or why it is not used. */
export type Suggestion = { readonly folder: string } & (
  { readonly setup: Setup } | { readonly problem: string }
);

/** Undefined for one that is not used. */
export const setupIn = (suggestion: Suggestion | undefined): Setup | undefined =>
  suggestion && 'setup' in suggestion ? suggestion.setup : undefined;

/** KiB */
const maxSize = 16;
const maxLength = 2000;
/** Without a user name, and without a name that would have to be looked up. */
const onThisMachine =
  /^https?:\/\/(([\w-]+\.)*localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?([\/?#][!-~]*)?$/;
const anywhere = /^https?:\/\/[^\s\/@]+([\/?#][!-~]*)?$/;
const Suggested = z.strictObject({
  $schema: z.string().optional(),
  url: z.string().max(maxLength).regex(onThisMachine),
  fallback: z.string().max(maxLength).regex(onThisMachine).optional(),
  signedUrl: z.string().max(maxLength).regex(anywhere).optional(),
  events: z.string().max(maxLength).regex(onThisMachine).optional(),
  eventsFilter: z
    .string()
    .max(maxLength)
    .refine((text) => eventsFilterProblem(text) === undefined)
    .optional(),
});

/** What the folders suggest; nothing until the user trusts their authors. Nothing is sent or looked up. */
export async function readSuggestions(
  folders: readonly Pick<vscode.WorkspaceFolder, 'name' | 'uri'>[],
  isTrusted: boolean,
): Promise<readonly Suggestion[]> {
  if (!isTrusted) return [];
  const found = await Promise.all(folders.map(readSuggestion));
  return found.filter((one) => one !== undefined);
}

/** Reports what the folders suggest, now and when a file, the folders or the trust in them change. */
export function watchSuggestions(report: (suggestions: readonly Suggestion[]) => void): Disposable {
  const { workspace } = vscode;
  const disposables = new Disposables();
  let latest = 0;
  let isDisposed = false;
  const read = async () => {
    const sequence = ++latest;
    const suggestions = await readSuggestions(workspace.workspaceFolders ?? [], workspace.isTrusted);
    if (sequence === latest && !isDisposed) report(suggestions);
  };
  const files = workspace.createFileSystemWatcher(`**/${suggestionsFile}`);
  disposables.add(
    files,
    ...[files.onDidCreate, files.onDidChange, files.onDidDelete].map((event) => event(read)),
    watchFolders('**/.vscode', read),
    workspace.onDidGrantWorkspaceTrust(read),
    workspace.onDidChangeWorkspaceFolders(read),
    { dispose: () => (isDisposed = true) },
  );
  void read();
  return disposables;
}

async function readSuggestion({
  name,
  uri,
}: Pick<vscode.WorkspaceFolder, 'name' | 'uri'>): Promise<Suggestion | undefined> {
  const folder = plain(name, 60);
  try {
    const text = await openFolderFile(uri, suggestionsFile, maxSize).read();
    return text === undefined ? undefined : { folder, ...suggestionIn(text) };
  } catch (error) {
    const problem =
      error instanceof UnusableFileError ? localize(error.problem) : vscode.l10n.t('it could not be read');
    return { folder, problem };
  }
}

function suggestionIn(text: string): { setup: Setup } | { problem: string } {
  const errors: ParseError[] = [];
  let json: unknown;
  try {
    // JSON with comments, as VS Code's own files have them.
    json = parse(text.replace(/^\ufeff/, ''), errors, { allowTrailingComma: true });
  } catch {
    // It is nested too deeply.
  }
  if (json === undefined || errors.length > 0) return { problem: vscode.l10n.t('it is not JSON') };
  const { data, error } = Suggested.safeParse(json);
  if (!data) return { problem: mistakeIn(error.issues[0]!) };
  const { url, fallback: fallbackUrl = '', signedUrl = '', events: eventUrl = '', eventsFilter = '' } = data;
  return { setup: { url, fallbackUrl, signedUrl, eventUrl, eventsFilter } };
}

function mistakeIn(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys')
    return vscode.l10n.t('it has the key {key}, but only {keys} are known', {
      key: plain(issue.keys[0]!, 60),
      keys: Object.keys(Suggested.shape).join(', '),
    });
  const key = String(issue.path[0] ?? 'url');
  if (key === 'signedUrl')
    return vscode.l10n.t('its {key} must be an http or https URL without a user name', { key });
  if (key === 'eventsFilter')
    return vscode.l10n.t('its {key} must be types of events with commas, such as task.created', { key });
  if (key === '$schema') return vscode.l10n.t('its {key} must be a string', { key });
  return vscode.l10n.t('its {key} must be on this machine, such as http://localhost:3000/assignment', {
    key,
  });
}

/** The JSON schema of the file. */
export function suggestionsSchema(): object {
  const url = (pattern: RegExp, description: string) => ({
    ...{ type: 'string', maxLength, pattern: pattern.source, description },
  });
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Where the TaskRouter application of this folder answers callbacks',
    description:
      'The callback bench offers these addresses to everyone who opens this folder. It sends nothing by itself.',
    type: 'object',
    required: ['url'],
    additionalProperties: false,
    properties: {
      $schema: { type: 'string' },
      url: url(onThisMachine, 'The assignment callback URL, on this machine.'),
      fallback: url(onThisMachine, 'The fallback URL, on this machine.'),
      signedUrl: url(
        anywhere,
        'The public URL that the application validates. It is signed, and never called.',
      ),
      events: url(onThisMachine, 'The event callback URL, on this machine.'),
      eventsFilter: {
        type: 'string',
        maxLength,
        description: 'The types of events that are sent, with commas; all when absent.',
      },
    },
  };
}
