import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openWorkbench, type Workbench } from './driver';

const sid = (prefix: string) => prefix + '0123456789abcdef'.repeat(2);
const canary = 'canary-never-to-be-shown-3f9a';

describe('a person signs in', () => {
  const home = mkdtempSync(path.join(tmpdir(), 'home-'));
  let workbench: Workbench;

  before(async () => {
    mkdirSync(path.join(home, '.twilio-cli'));
    const profile = {
      accountSid: sid('AC'),
      apiKey: sid('SK'),
      apiSecret: canary,
      region: 'ie1',
      edge: 'dublin',
    };
    writeFileSync(
      path.join(home, '.twilio-cli/config.json'),
      JSON.stringify({
        profiles: { support: profile },
        activeProject: 'support',
        projects: [{ id: 'ancient' }],
      }),
    );
    workbench = await openWorkbench({
      env: {
        TWILIO_CONFIG_DIR: path.join(home, '.twilio-cli'),
        TWILIO_ACCOUNT_SID: sid('AC'),
        TWILIO_AUTH_TOKEN: canary,
      },
    });
    await workbench.openViews();
  });
  after(async () => {
    await workbench?.close();
    rmSync(home, { recursive: true });
  });

  const ways = () => workbench.quickInput('How do you want to sign in?');

  it('is offered what this machine has, the active profile of the Twilio CLI among it', async () => {
    await workbench.command('TaskRouter: Sign In');
    const offered = await ways().options();
    assert.deepEqual(
      offered.map((label) => label.trim()),
      [
        'API key or Auth Token',
        'Environment',
        'support',
        'ancient',
        'A TaskRouter on this machine',
        'A simulated account',
      ],
    );
    await workbench.screenshot('sign-in-dark');
    await ways().choose(/ancient/);
    await workbench.toast('Its secret is in the system’s keychain').waitFor();
  });

  it('goes on with a profile to what it is used for, and may turn away', async () => {
    await workbench.command('TaskRouter: Sign In');
    await ways().choose(/support/);
    const use = workbench.quickInput('Sign In from support (1/2)');
    assert.deepEqual(
      (await use.options()).map((label) => label.trim()),
      ['Production', 'Production, read-only', 'Staging', 'Development'],
    );
    await workbench.page.keyboard.press('Escape');
    await use.box.waitFor({ state: 'hidden' });
  });

  it('types it in, is told at once what cannot be, and goes back without losing what was typed', async () => {
    await workbench.command('TaskRouter: Sign In');
    await ways().choose(/API key or Auth Token/);
    const username = workbench.quickInput('Sign In (1/5)');
    await username.type('AC123');
    await username.box.getByText('Must be SK or AC and 32 hexadecimal digits.').waitFor();
    await username.type(sid('SK'));
    const secret = workbench.quickInput('Sign In (2/5)');
    await secret.box.getByText('Now the API key’s secret').waitFor();
    assert.equal(await secret.box.locator('input').getAttribute('type'), 'password');
    await secret.box.getByRole('button', { name: 'Back' }).click();
    await username.box.waitFor();
    assert.equal(await username.box.locator('input').inputValue(), sid('SK'));
    await workbench.page.keyboard.press('Enter');
    await secret.type(canary);
    await workbench.quickInput('Sign In (3/5)').choose(/IE1, through Dublin/);
    await workbench.quickInput('Sign In (4/5)').choose(/Production, read-only/);
    const name = workbench.quickInput('Sign In (5/5)');
    assert.equal(await name.box.locator('input').inputValue(), 'Twilio SK…cdef');
    await workbench.page.keyboard.press('Escape');
    await name.box.waitFor({ state: 'hidden' });
  });

  it('and nothing was sent, kept or shown of a secret on the way', async () => {
    await workbench.page.getByRole('button', { name: 'Sign In to Twilio' }).waitFor();
    const logs = workbench.logs();
    assert.ok(!logs.includes(canary));
    assert.ok(!/ (GET|POST) \/v1/.test(logs), logs);
  });
});
