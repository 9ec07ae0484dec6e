import assert from 'node:assert/strict';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { assignmentParameters } from '../../src/callbacks/assignment';
import { assignment } from '../callbacks/application';
import { openWorkbench, type Workbench } from './driver';

describe('the callback bench in the workbench', () => {
  let application: Server;
  let on: Workbench;
  /** What the sample application received. */
  const received: { readonly signature: string; readonly body: string }[] = [];

  before(async () => {
    application = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += String(chunk)));
      request.on('end', () => {
        received.push({ signature: String(request.headers['x-twilio-signature']), body });
        response.setHeader('Content-Type', 'application/json');
        response.end('{"instruction":"accept"}');
      });
    });
    await new Promise<void>((resolve) => application.listen(0, '127.0.0.1', resolve));
    on = await openWorkbench({ settings: { 'taskrouter.refreshInterval': 0 } });
    await on.openViews();
  });
  after(async () => {
    await on?.close();
    application?.closeAllConnections();
    application?.close();
  });

  it('comes from the welcome view to a green callback in at most 6 clicks', async () => {
    const { port } = application.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/assignment`;
    mkdirSync(path.join(on.folder, '.vscode'), { recursive: true });
    writeFileSync(path.join(on.folder, '.vscode/taskrouter-callbacks.json'), JSON.stringify({ url }));
    const page = () => on.webview();
    const clicks: (() => Promise<void>)[] = [
      () => on.page.getByRole('button', { name: 'Explore with a Simulated Account' }).click(),
      () => on.expand(on.treeItem(/^Workspace Acme Support/).first()),
      () =>
        on
          .treeItem(/^Callbacks/)
          .first()
          .click(),
      () =>
        page()
          .getByRole('button', { name: `Use ${url}` })
          .click(),
      () => page().getByRole('button', { name: 'Start Delivering' }).click(),
    ];
    for (const click of clicks) await click();
    assert.ok(clicks.length <= 6);
    const says = (text: string, timeout?: number) =>
      page()
        .getByText(text, { exact: true })
        .waitFor(timeout === undefined ? {} : { timeout });
    await says('Accept: TaskRouter carries out the instruction.', 90_000);
    await says('The reservation is now accepted.');
    assert.match(received[0]!.body, /^Timestamp=.*&ReservationSid=WR[0-9a-f]{32}$/);
    assert.match(received[0]!.signature, /^[\w+/]{27}=$/);
    await on.screenshot('callback-bench');
  });

  it('runs a recording that appears in the folder in the Testing view', async () => {
    const { port } = application.address() as AddressInfo;
    const isSent = new Promise<void>((resolve) =>
      application.on('request', ({ url }: IncomingMessage) => url === '/recorded' && resolve()),
    );
    const recording = {
      url: `http://127.0.0.1:${port}/recorded`,
      parameters: Object.fromEntries(assignmentParameters(assignment)),
      answer: { instruction: 'reject' },
    };
    // Of what is in a folder that appears, VS Code notices nothing but the folder.
    const elsewhere = path.join(on.folder, '../callbacks');
    mkdirSync(elsewhere);
    writeFileSync(path.join(elsewhere, 'reject.json'), JSON.stringify(recording));
    renameSync(elsewhere, path.join(on.folder, 'callbacks'));
    await on.page.getByRole('tab', { name: /^Testing/ }).click();
    await on.treeItem(/reject\.json/).waitFor();
    await on.command('Test: Run All Tests');
    await isSent;
    await on.treeItem(/reject\.json \(Failed\)/).waitFor();
    await on.screenshot('callback-recordings');
  });
});
