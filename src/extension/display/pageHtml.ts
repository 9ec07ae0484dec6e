/** Where a webview loads its files from. */
export interface PageSource {
  /** What the content security policy allows for styles and fonts. */
  readonly cspSource: string;
  /** A value that is new for each page: only the script that carries it runs. */
  readonly nonce: string;
  /** The user's language, such as `de`. */
  readonly language: string;
  /** The URL of a file in `dist/webview`. */
  readonly url: (file: string) => string;
}

/**
 * The HTML of one page of `src/webview`. It does not depend on data: that comes by message.
 * @param page the folder of the page
 */
export function pageHtml(
  page: string,
  title: string,
  { cspSource, nonce, language, url }: PageSource,
): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource}`,
    `font-src ${cspSource}`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${language}">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <meta name="viewport" content="width=device-width">
    <link rel="stylesheet" href="${url('codicon.css')}" id="vscode-codicon-stylesheet">
    <link rel="stylesheet" href="${url(`${page}.css`)}">
    <title>${title}</title>
  </head>
  <body>
    <script nonce="${nonce}" src="${url(`${page}.js`)}"></script>
  </body>
</html>`;
}
