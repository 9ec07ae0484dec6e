import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Workbench } from './driver';
import { openWorkbench } from './driver';
import type { FormCentre } from './formCentre';
import { openCentre } from './formCentre';
import { connectLocal } from './steps';

describe('a person looks for a supervisor among 1,200 workers', () => {
  let centre: FormCentre;
  let workbench: Workbench;

  before(async () => {
    const crowd = Array.from({ length: 1200 }, (_, i) => `Agent ${String(i + 1).padStart(4, '0')}`);
    centre = await openCentre([{ name: 'talks', status: 'accepted' }], crowd);
    workbench = await openWorkbench();
    await connectLocal(workbench, centre.origin, centre.simulator);
    await workbench.treeItem(/^Workspace Desk/).waitFor();
    await workbench.command('TaskRouter: Supervise…');
    const reservations = workbench.quickInput('Which reservation?');
    await reservations.choose(/Worker talks,/);
    await choose().waitFor();
  });
  after(async () => {
    await workbench?.close();
    centre?.close();
  });

  const form = () => workbench.webview();
  const choose = () => form().getByRole('button', { name: 'Choose Worker…' });
  const supervisor = () => form().getByRole('textbox', { name: 'Supervisor' });
  const key = (name: string) => workbench.page.keyboard.press(name);
  const list = () => workbench.quickInput('Name, SID or activity of a worker');
  const read = () => centre.gets().filter((target) => /\/Workers\?PageSize=500/.test(target));

  it('stops reading when the person turns away, and reads on from there', async () => {
    const held = new Promise<ServerResponse>((resolve) => {
      centre.hooks.onGet = ({ target }, response) => {
        const isSecond = /PageSize=500&PageToken/.test(target);
        if (isSecond) resolve(response);
        return isSecond;
      };
    });
    await choose().press('Enter');
    await list().box.getByText('(loading: 500 so far)').waitFor();
    const ended = once(await held, 'close');
    await key('Escape');
    await ended;
    centre.hooks.onGet = undefined;
    assert.equal(read().length, 2);
    assert.equal(await supervisor().inputValue(), '');
    assert.equal(await form().getByText('Required.').count(), 0, 'nobody has left the field');

    // The focus is back where it was, for the next key.
    await form().locator('button:focus', { hasText: 'Choose Worker…' }).waitFor();
    await key('Enter');
    await list().box.getByRole('option').first().waitFor();
    await list().box.locator('input').fill('agent 1137');
    await list()
      .box.getByRole('option', { name: /Agent 1137,/ })
      .waitFor();
    assert.equal(read().length, 4, 'the first page was not read again');
  });

  it('takes a worker by name, with the keyboard, and says in the form who that is', async () => {
    await key('Enter');
    await form().getByText('Agent 1137 (Offline').waitFor();
    assert.equal(await supervisor().inputValue(), await centre.sidOf('Workers', 'Agent 1137'));
    await form().getByRole('combobox', { name: 'Mode' }).selectOption('whisper');
    await form()
      .getByRole('tabpanel')
      .getByText(/&Supervisor=WK/)
      .waitFor();
  });

  it('remembers them, and finds one by SID or activity', async () => {
    const before = read().length;
    await choose().press('Enter');
    const sid = await centre.sidOf('Workers', 'Worker talks');
    await list().box.locator('input').fill(sid);
    const found = list().box.getByRole('option', { name: /Worker talks,/ });
    await found.waitFor();
    assert.match(await found.innerText(), /Offline · client:ada/);
    assert.equal(await list().box.getByRole('option').count(), 1);
    await key('Enter');
    await form().getByText('Worker talks (Offline)').waitFor();
    assert.equal(read().length, before);
  });
});
