import { createReadStream, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';

export interface FrontEndOptions {
  /** Where VS Code's server listens. */
  socketPath: string;
  /** The code-server package, for the front page's icons. */
  packageDir: string;
  /** Keeps this front end's half of the key that secrets are encrypted with; made if it is not there. */
  keyFile: string;
  /** Taken if it is free; else any free one. */
  preferredPort?: number;
  connectionToken?: string;
  workbench: WorkbenchOptions;
}

/** What desktop VS Code takes as flags, and its page takes as configuration. */
export interface WorkbenchOptions {
  extensionDevelopmentPath?: string;
  extensionTestsPath?: string;
  /** Ids of views to open in a window that has no layout yet. */
  views?: string[];
  /** With Workspace Trust, as VS Code is by itself: a folder opens in Restricted Mode. Without it every folder is trusted. */
  workspaceTrust?: boolean;
}

export interface FrontEnd {
  port: number;
  stop(): void;
}

/**
 * What stands between a browser and VS Code's server, on a loopback port. All goes through to the server as it is,
 * except for three things: the page's configuration, the key for secrets, and code-server's own files.
 */
export async function startFrontEnd(options: FrontEndOptions): Promise<FrontEnd> {
  const key = readKey(options.keyFile);
  const server = http.createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname === '/mint-key') {
      // VS Code asks for this half of the key. Without it secrets last only as long as the page.
      const allowed = !options.connectionToken || request.headers.cookie?.includes(options.connectionToken);
      response.writeHead(allowed ? 200 : 403).end(allowed ? key : undefined);
    } else if (pathname.startsWith('/_static/')) {
      sendPackageFile(options.packageDir, pathname.slice('/_static/'.length), response);
    } else {
      forward(request, response, options, pathname === '/');
    }
  });
  server.on('upgrade', (request: http.IncomingMessage, client: net.Socket, head: Buffer) =>
    joinSockets(request, client, head, options.socketPath),
  );
  const port = await listen(server, options.preferredPort ?? 0);
  return {
    port,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function listen(server: http.Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' && port !== 0) resolve(listen(server, 0));
      else reject(error);
    });
    server.listen(port, '127.0.0.1', () => {
      server.removeAllListeners('error');
      resolve((server.address() as net.AddressInfo).port);
    });
  });
}

/** The same key for the same user data, or what was stored cannot be read again. */
function readKey(file: string): Buffer {
  if (!existsSync(file)) writeFileSync(file, randomBytes(32), { mode: 0o600 });
  return readFileSync(file);
}

const contentTypes: Record<string, string> = {
  '.css': 'text/css',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
};

function sendPackageFile(packageDir: string, name: string, response: http.ServerResponse): void {
  const file = path.join(packageDir, path.normalize(`/${decodeURIComponent(name)}`));
  // code-server's service worker makes the page installable as an app; with it the first webview waits some 5 s.
  const wanted = !file.endsWith('serviceWorker.js') && existsSync(file) && statSync(file).isFile();
  if (!wanted) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { 'content-type': contentTypes[path.extname(file)] ?? 'application/octet-stream' });
  createReadStream(file).pipe(response);
}

function forward(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  options: FrontEndOptions,
  isPage: boolean,
): void {
  const headers = { ...request.headers };
  if (isPage) headers['accept-encoding'] = 'identity';
  const onward = http.request(
    { socketPath: options.socketPath, method: request.method, path: request.url, headers },
    (answer) => {
      const status = answer.statusCode ?? 502;
      if (!isPage || status !== 200) {
        response.writeHead(status, answer.rawHeaders);
        answer.pipe(response);
        return;
      }
      let page = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => (page += chunk));
      answer.on('end', () => {
        const answerHeaders = { ...answer.headers };
        for (const ofTheOldLength of ['content-length', 'transfer-encoding'])
          delete answerHeaders[ofTheOldLength];
        response.writeHead(200, answerHeaders);
        response.end(configurePage(page, request.headers.host ?? '', options.workbench));
      });
    },
  );
  onward.on('error', (error) => {
    if (!response.headersSent) response.writeHead(502);
    response.end(error.message);
  });
  request.pipe(onward);
}

/** The part of VS Code's page configuration (IWorkbenchConstructionOptions) that is changed here. */
interface PageConfiguration {
  developmentOptions?: object;
  enableWorkspaceTrust?: boolean;
  defaultLayout?: object;
  productConfiguration?: { extensionsGallery?: unknown };
}

function configurePage(page: string, authority: string, workbench: WorkbenchOptions): string {
  return page.replace(
    /(id="vscode-workbench-web-configuration" data-settings=")([^"]*)/,
    (_all, before: string, escaped: string) => {
      const text = escaped.replaceAll('&quot;', '"').replaceAll('&amp;', '&');
      const configuration = JSON.parse(text) as PageConfiguration;
      configure(configuration, authority, workbench);
      return before + JSON.stringify(configuration).replaceAll('&', '&amp;').replaceAll('"', '&quot;');
    },
  );
}

function configure(page: PageConfiguration, authority: string, workbench: WorkbenchOptions): void {
  const uri = (file: string) => ({ $mid: 1, scheme: 'vscode-remote', authority, path: file });
  const { extensionDevelopmentPath, extensionTestsPath, views, workspaceTrust = false } = workbench;
  page.developmentOptions = {
    ...page.developmentOptions,
    ...(extensionDevelopmentPath && { extensions: [uri(extensionDevelopmentPath)] }),
    ...(extensionTestsPath && { extensionTestsPath: uri(extensionTestsPath) }),
  };
  if (views) page.defaultLayout = { views: views.map((id) => ({ id })) };
  page.enableWorkspaceTrust = workspaceTrust;
  // No marketplace: nothing goes out to one, and no search fails for want of it.
  delete page.productConfiguration?.extensionsGallery;
}

/** Passes a WebSocket on, head first, then byte for byte. */
function joinSockets(
  request: http.IncomingMessage,
  client: net.Socket,
  head: Buffer,
  socketPath: string,
): void {
  const server = net.connect(socketPath, () => {
    const lines = [`${request.method} ${request.url} HTTP/1.1`];
    for (let i = 0; i < request.rawHeaders.length; i += 2)
      lines.push(`${request.rawHeaders[i]}: ${request.rawHeaders[i + 1]}`);
    server.write(`${lines.join('\r\n')}\r\n\r\n`);
    server.write(head);
    server.pipe(client).pipe(server);
  });
  const end = () => {
    server.destroy();
    client.destroy();
  };
  for (const socket of [client, server]) socket.on('error', end).on('close', end);
}
