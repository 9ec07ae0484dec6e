import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Simulator } from '../../src/simulator/simulator';
import { createSimulator } from '../../src/simulator/simulator';
import { openWorkbench, type Workbench } from './driver';
import { continueEachOther } from './steps';
import { openTwilioHosts } from './twilioHosts';

const sid = (prefix: string) => prefix + '0123456789abcdef'.repeat(2);
const canary = 'canary-never-to-be-shown-3f9a';
const hostileName = `$(law) [Click](command:workbench.action.quit)${String.fromCodePoint(0x202e, 0x200b)}`;

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
        profiles: { support: profile, [hostileName]: profile },
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

  it('sees the credentials on this machine, including the active profile of the Twilio CLI', async () => {
    await workbench.command('TaskRouter: Sign In');
    const offered = await ways().options();
    assert.deepEqual(
      offered.map((label) => label.trim()),
      [
        'API key or Auth Token',
        'Environment',
        'support',
        // The space keeps VS Code from drawing the icon.
        '$ (law) [Click](command:workbench.action.quit)',
        'ancient',
        'Local TaskRouter',
        'Simulated account',
      ],
    );
    await workbench.screenshot('sign-in-dark');
    await ways().choose(/ancient/);
    await workbench.toast('The secret is in the system’s keychain').waitFor();
  });

  it('chooses a profile, is asked for its use, and cancels', async () => {
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

  it('sees the name of a profile as text', async () => {
    await workbench.command('TaskRouter: Sign In');
    await ways().choose(/Click/);
    const use = workbench.quickInput(/^.*Sign In from .*Click.*\(1\/2\)/);
    await use.choose(/Staging/);
    const name = workbench.quickInput(/Sign In from .*Click.*\(2\/2\)/);
    assert.equal(
      await name.box.locator('input').first().inputValue(),
      '$(law) [Click](command:workbench.action.quit)',
    );
    assert.equal(
      await workbench.page.locator('.codicon-law, a[href*="quit"], a[data-href*="quit"]').count(),
      0,
    );
    await name.box.getByRole('button', { name: 'Back' }).click();
    await use.box.getByRole('button', { name: 'Back' }).click();
    await ways().box.waitFor();
    await workbench.page.keyboard.press('Escape');
    await ways().box.waitFor({ state: 'hidden' });
  });

  it('enters credentials, sees mistakes at once, and goes back without losing input', async () => {
    await workbench.command('TaskRouter: Sign In');
    await ways().choose(/API key or Auth Token/);
    const username = workbench.quickInput('Sign In (1/5)');
    await username.type('AC123');
    await username.box.getByText('Must be SK or AC followed by 32 hexadecimal digits.').waitFor();
    await username.type(sid('SK'));
    const secret = workbench.quickInput('Sign In (2/5)');
    // A click would ask VS Code to leave for the browser.
    await secret.box.getByRole('button', { name: 'Open API Keys & Tokens in the Twilio Console' }).waitFor();
    await secret.box.getByText('API key secret, stored only in').waitFor();
    assert.equal(await secret.box.locator('input').getAttribute('type'), 'password');
    await secret.box.getByRole('button', { name: 'Back' }).click();
    await username.box.waitFor();
    assert.equal(await username.box.locator('input').inputValue(), sid('SK'));
    await workbench.page.keyboard.press('Enter');
    await secret.type(canary);
    const region = workbench.quickInput('Sign In (3/5)');
    await region.box.locator('.monaco-list-row.focused', { hasText: 'US1' }).waitFor();
    await region.choose(/^IE1, Ireland/);
    const use = workbench.quickInput('Sign In (4/5)');
    await use.box.locator('.monaco-list-row.focused', { hasText: 'Production' }).first().waitFor();
    await workbench.page.keyboard.press('Enter');
    const name = workbench.quickInput('Sign In (5/5)');
    assert.equal(await name.box.locator('input').inputValue(), 'Twilio SK…cdef');
    await workbench.page.keyboard.press('Escape');
    await name.box.waitFor({ state: 'hidden' });
  });

  it('sees each step in every theme', async () => {
    for (const theme of ['light', 'high-contrast', 'high-contrast-light', 'dark'] as const) {
      await workbench.setTheme(theme);
      await workbench.command('TaskRouter: Sign In');
      await ways().box.waitFor();
      await workbench.screenshot(`sign-in-0-${theme}`);
      await ways().choose(/API key or Auth Token/);
      const step = (number: number) => workbench.quickInput(`Sign In (${number}/5)`);
      await step(1).type('AC123');
      await step(1).box.getByText('Must be SK or AC followed').waitFor();
      await workbench.screenshot(`sign-in-1-${theme}`);
      await step(1).type(sid('AC'));
      await step(2).box.waitFor();
      await workbench.screenshot(`sign-in-2-${theme}`);
      await step(2).type(canary);
      await step(3).box.waitFor();
      await workbench.screenshot(`sign-in-3-${theme}`);
      await step(3).choose(/^US1, United States/);
      await step(4).box.waitFor();
      await workbench.screenshot(`sign-in-4-${theme}`);
      await step(4).choose(/^Staging/);
      await step(5).box.waitFor();
      await workbench.screenshot(`sign-in-5-${theme}`);
      await workbench.page.keyboard.press('Escape');
      await step(5).box.waitFor({ state: 'hidden' });
    }
  });

  it('no secret was sent, stored or shown on the way', async () => {
    await workbench.page.getByRole('button', { name: 'Sign In to Twilio' }).waitFor();
    const logs = workbench.logs();
    assert.ok(!logs.includes(canary));
    assert.ok(!/ (GET|POST) \/v1/.test(logs), logs);
  });
});

describe('a person signs in to Twilio', function () {
  continueEachOther(this);
  const ireland = 'taskrouter.dublin.ie1.twilio.com';
  let simulator: Simulator;
  let twilio: Awaited<ReturnType<typeof openTwilioHosts>>;
  let workbench: Workbench;

  before(async () => {
    simulator = createSimulator({ seed: 7, authToken: canary });
    twilio = await openTwilioHosts({ [ireland]: simulator });
    workbench = await openWorkbench({
      env: {
        ...twilio.env,
        TWILIO_ACCOUNT_SID: sid('AC'),
        TWILIO_API_KEY: simulator.apiKeySid,
        TWILIO_API_SECRET: simulator.apiKeySecret,
        TWILIO_REGION: 'ie1',
        TWILIO_EDGE: 'dublin',
      },
      settings: { ...twilio.settings, 'taskrouter.refreshInterval': 0 },
    });
    await workbench.openViews();
  });
  after(async () => {
    await workbench?.close();
    twilio?.close();
    simulator.stop();
  });

  const hosts = () => [...new Set(twilio.connected)].sort();
  const step = (number: number) => workbench.quickInput(`Sign In (${number}/5)`);
  const answer = async (username: string, secret: string, region: string | RegExp) => {
    await workbench.command('TaskRouter: Sign In');
    await workbench.quickInput('How do you want to sign in?').choose(/API key or Auth Token/);
    await step(1).type(username);
    await step(2).type(secret);
    await step(3).choose(region);
  };
  const row = (name: RegExp) => workbench.treeItem(name).first();
  const nameBox = () => step(5).box.locator('input').first();

  it('in the wrong region; other regions get the credentials only on request', async () => {
    await answer(simulator.accountSid, canary, /^US1, United States/);
    await step(4).choose(/^Staging/);
    await step(5).type('Support');
    const refused = workbench.toast('Not signed in. Twilio does not accept these credentials (20003).');
    await refused.waitFor();
    await workbench.screenshot('sign-in-refused-dark');
    assert.deepEqual(hosts(), ['taskrouter.twilio.com:443']);
    await refused.getByRole('button', { name: 'Try IE1, AU1, and JP1' }).click();
    const found = workbench.toast('These credentials belong to IE1, not US1.');
    await found.waitFor();
    assert.deepEqual(hosts(), [
      'taskrouter.dublin.ie1.twilio.com:443',
      'taskrouter.sydney.au1.twilio.com:443',
      'taskrouter.tokyo.jp1.twilio.com:443',
      'taskrouter.twilio.com:443',
    ]);
    await found.getByRole('button', { name: 'Sign In to IE1' }).click();
    await row(/^Support, Twilio account, staging/).waitFor();
    await row(/^Workspace Acme Support/).waitFor();
  });

  it('sees when no region accepts the credentials', async () => {
    await answer(simulator.accountSid, 'not the token', /^AU1/);
    await step(4).choose(/^Staging/);
    await step(5).type('Support');
    const refused = workbench.toast('Not signed in.');
    await refused.getByRole('button', { name: 'Try US1, IE1, and JP1' }).click();
    const none = workbench.toast('US1, IE1, and JP1 do not accept these credentials either.');
    await none.getByRole('button', { name: 'Try Again' }).click();
    await step(2).box.waitFor();
    await workbench.page.keyboard.press('Escape');
  });

  it('with the same login again, and sees that it will be replaced', async () => {
    await answer(simulator.accountSid, canary, /^IE1,/);
    const [use] = await step(4).options();
    assert.ok(use);
    await step(4).box.locator('.monaco-list-row.focused', { hasText: 'Staging' }).waitFor();
    await step(4).choose(/Production, read-only/);
    await step(5).box.getByText('This login already exists as “Support” and will be replaced.').waitFor();
    assert.equal(await nameBox().inputValue(), 'Support');
    await workbench.screenshot('sign-in-again-dark');
    await step(5).type('Support, live');
    await row(/^Support, live, Twilio account, production, read-only/).waitFor();
    assert.equal(await workbench.treeItem(/^Support/).count(), 1);
  });

  it('with a key of the same account, and sees that both are signed in to it', async () => {
    await answer(simulator.apiKeySid, simulator.apiKeySecret, /^IE1/);
    await step(4).choose(/^Development/);
    await step(5).type('Key');
    const told = workbench.toast('“Support, live” (read-only) is signed in to the same Twilio account.');
    await told.getByRole('button', { name: 'Sign Out of Support, live' }).click();
    await row(/^Support, live/).waitFor({ state: 'detached' });
    await row(/^Key, Twilio account, development/).waitFor();
  });

  it('changes use and name of an account from its row', async () => {
    const use = workbench.quickInput('Change Key (1/3)');
    const account = row(/^Key, Twilio account, development/);
    await workbench.contextMenu(account, 'Change Account…', use.box);
    await use.box.locator('.monaco-list-row.focused', { hasText: 'Development' }).waitFor();
    await use.box.getByText('are sent without confirmation').first().waitFor();
    await use.choose(/^Development, without confirmation/);
    const name = workbench.quickInput('Change Key (2/3)');
    const reads = workbench.quickInput('Change Key (3/3)');
    await name.type('Key');
    await reads.choose(/^TaskRouter only/);
    await reads.box.waitFor({ state: 'hidden' });
    await workbench.contextMenu(account, 'Change Account…', use.box);
    await use.box
      .locator('.monaco-list-row.focused', { hasText: 'Development, without confirmation' })
      .waitFor();
    await workbench.screenshot('change-account-dark');
    await use.choose(/^Production, always confirms/);
    assert.equal(await name.box.locator('input').first().inputValue(), 'Key');
    await name.type('Key, live');
    await reads.box.locator('.monaco-list-row.focused', { hasText: 'TaskRouter only' }).waitFor();
    await reads.box.getByText('api.dublin.ie1.twilio.com, monitor.dublin.ie1.twilio.com').waitFor();
    await workbench.screenshot('change-account-reads');
    await reads.choose(/^TaskRouter only/);
    await row(/^Key, live, Twilio account, production/).waitFor();
    await row(/^Workspace Acme Support/).waitFor();
  });

  it('with a key found together with another account’s SID, and sees which account it belongs to', async () => {
    await workbench.command('TaskRouter: Sign In');
    await workbench.quickInput('How do you want to sign in?').choose(/Environment/);
    const name = workbench.quickInput('Sign In from Environment (2/2)');
    await workbench.quickInput('Sign In from Environment (1/2)').choose(/Development/);
    await name.box.getByText('This login already exists as “Key, live” and will be replaced.').waitFor();
    await name.type('Subaccount');
    const row = workbench.treeItem(/^Subaccount, Twilio account, development/).first();
    await row.waitFor();
    const told = workbench.toast(`These credentials belong to ${simulator.accountSid}, not to ${sid('AC')}`);
    await told.waitFor();
    await workbench.screenshot('sign-in-other-account-dark');
    await told.getByRole('button', { name: 'Sign Out of Subaccount' }).click();
    await row.waitFor({ state: 'detached' });
  });

  it('sees at once why a name is not accepted', async () => {
    await answer(simulator.accountSid, canary, /^IE1,/);
    await step(4).choose(/^Development/);
    await nameBox().fill(`a${String.fromCodePoint(0x202e)}b`);
    await workbench.page.keyboard.press('Enter');
    await step(5).box.getByText('Use at most 60 visible characters on one line').waitFor();
    await workbench.page.keyboard.press('Escape');
  });
});
