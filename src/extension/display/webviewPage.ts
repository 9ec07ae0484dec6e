import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { CommandId } from '../contributions';
import { commands } from '../contributions';
import { localizeText } from './localize';
import { pageHtml } from './pageHtml';

/** The options of every page: its own script runs, and only what is built for pages is loaded. */
export const pageOptions = (extensionUri: vscode.Uri): vscode.WebviewOptions => ({
  enableScripts: true,
  localResourceRoots: [folderOf(extensionUri)],
});

/** Loads the page of this folder of `src/webview` into a webview that has `pageOptions`. */
export function loadPage(
  webview: vscode.Webview,
  extensionUri: vscode.Uri,
  page: string,
  title: string,
): void {
  webview.html = pageHtml(page, title, {
    cspSource: webview.cspSource,
    nonce: randomBytes(16).toString('base64'),
    language: vscode.env.language,
    url: (file) => webview.asWebviewUri(vscode.Uri.joinPath(folderOf(extensionUri), file)).toString(),
  });
}

/**
 * Shows one sentence of ours in a webview for which there is no page, with a link that runs a command of ours. No script runs
 * in it, and nothing is loaded.
 */
export function loadSentence(webview: vscode.Webview, text: string, link: CommandId): void {
  const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
  const escape = (one: string) => one.replace(/[&<>]/g, (character) => entities[character]!);
  const title = escape(localizeText(commands[link].title));
  webview.options = { enableScripts: false, localResourceRoots: [], enableCommandUris: [link] };
  webview.html = `<!DOCTYPE html><html lang="${vscode.env.language}"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'"><title></title></head><body><h1>${escape(text)}</h1><p><a href="command:${link}">${title}</a></p></body></html>`;
}

const folderOf = (extensionUri: vscode.Uri) => vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
