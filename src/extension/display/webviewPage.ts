import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
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

const folderOf = (extensionUri: vscode.Uri) => vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
