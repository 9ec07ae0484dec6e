import { strict as assert } from 'node:assert';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { pseudo, writeTexts } from '../../src/extension/manifest/l10n';
import { openWorkbench, type Workbench } from './driver';
import { openCentre, type FormCentre } from './formCentre';

const root = path.resolve(__dirname, '../..');
const locale = 'qps-ploc';
const files = [`package.nls.${locale}.json`, `l10n/bundle.l10n.${locale}.json`];

/** What stands there in every language: names in the centre, words of TaskRouter's API, names of products, buttons of VS Code. */
const data = new RegExp(
  [
    /((Task|Worker) )?‹\w+›|\b(Desk|Everyone|Offline|Inbound|[Vv]oice|Next worker)\b/,
    /\b(TaskRouter|Twilio CLI|PowerShell|Node|Python|config\.json)\b/,
    /[A-Z]{2}[0-9a-f]{32}|https?:\S+|client:x/,
    /\b(pending|reserved|assigned|accepted|contact_uri|Enqueue|client:ada|client:|sips?:|true|false|completed|canceled|mono|do-not-record|trim-silence)/,
    /\b(client:name|sip:user@host|twiml)\b/,
    // A field of the filter language.
    /: status\./,
    // Of a time that is not today, in the language of VS Code.
    /\b[A-Z][a-z]{2} \d{1,2}, \d{1,2}:\d{2}/,
    /^(More Actions\.\.\.|Collapse All|Cancel|Back.*|Welcome|Progress|Ctrl\+Enter|\d+ Results|[A-Z][a-z]{2} \d+)$|\(Press .*\)$| actions$|^(Actions for|info) /,
  ]
    .map(({ source }) => source)
    .join('|'),
  'g',
);

/** The words that are neither data nor in the pseudo-locale, where every small vowel has an accent. */
const englishIn = (text: string) => text.replace(data, ' ').match(/[\p{L}’]*[aeiou][\p{L}’]*/gu) ?? [];

/** For the browser: every visible text below some elements, and what only a screen reader or a tooltip says. */
const textsBelow = (selector: string) => `
  [...document.querySelectorAll(${JSON.stringify(selector)})]
    .flatMap((element) => [element, ...element.querySelectorAll('*')])
    .filter((node) => node.checkVisibility() && !node.closest('code, pre, option, .choices, .options, .monaco-keybinding'))
    .flatMap((node) => [
      ...['aria-label', 'title', 'placeholder'].map((name) => node.getAttribute(name)),
      ...[...node.childNodes].filter(({ nodeType }) => nodeType === 3).map(({ textContent }) => textContent.trim()),
    ])
    .filter((text) => text)`;

interface Shows {
  evaluate<T>(script: string): Promise<T>;
}

type Check = (selector: string, where?: Shows) => Promise<void>;

describe('in the pseudo-locale everything is translated:', () => {
  let centre: FormCentre;
  let on: Workbench;

  before(async () => {
    writeTexts(root, `.${locale}`, pseudo);
    centre = await openCentre([
      { name: '‹Ada›', status: 'pending' },
      { name: '‹Ben›', status: 'accepted' },
    ]);
    on = await openWorkbench({ language: locale });
    await on.openViews();
  });
  after(async () => {
    await on?.close();
    centre?.close();
    for (const file of files) rmSync(path.join(root, file), { force: true });
  });

  /** Goes on after a text that is not translated, so that one run names them all. */
  const areTranslated = (name: string, steps: (check: Check) => Promise<void>) =>
    it(name, async () => {
      const english = new Set<string>();
      await steps(async (selector, where = on.page) => {
        const texts = await where.evaluate<string[]>(textsBelow(selector));
        assert.ok(
          texts.some((text) => text.includes('⟦')),
          `${selector} has no text of ours: ${texts.join(' | ')}`,
        );
        for (const text of texts) if (englishIn(text).length > 0) english.add(`${selector}: ${text}`);
      });
      assert.deepEqual([...english], []);
    });
  const text = (english: string) => on.page.getByText(pseudo(english).slice(1, 12)).first();
  const accepted = () => on.treeItem(/‹Ben›.*accepted|accepted.*‹Ben›/).first();
  const pending = () => on.treeItem(/‹Ada›.*pending|pending.*‹Ada›/).first();

  areTranslated('the views without an account', async (check) => {
    await on.page.locator('.welcome-view-content').nth(1).waitFor();
    await check('.welcome-view-content');
    await check('.pane-header h3');
    await check('.pane-header .actions');
  });

  areTranslated('the steps of signing in, and what is wrong with an answer', async (check) => {
    const widget = '.quick-input-widget';
    const input = on.page.locator(`${widget} input:visible`).first();
    const answer = async (value: string, next: string) => {
      await input.fill(value);
      await on.page.keyboard.press('Enter');
      await text(next).waitFor();
    };
    await on.page.getByText('cónnéct tó á lócál').first().click();
    await text('Address of a TaskRouter').waitFor();
    await answer('nonsense', 'Must be an address');
    await check(widget);
    await answer(centre.origin, 'API key SID');
    await check(widget);
    await input.fill(centre.simulator.accountSid);
    await on.page.keyboard.press('Enter');
    await on.page.getByText('(3/3)').first().waitFor();
    await check(widget);
    await input.fill('a token');
    await on.page.keyboard.press('Enter');
    await on.treeItem(/Desk/).first().waitFor();
  });

  areTranslated('the rows, the messages and the status bar', async (check) => {
    await on.treeItem(/Desk/).first().click();
    await on.treeItem(pseudo('Workers')).click();
    await on.treeItem(pseudo('Tasks, by priority, then age')).click();
    await on.expand(on.treeItem(/‹Ada›.*reserved/).first());
    await pending().waitFor();
    await check('.pane-body .monaco-list-rows');
    await check('.tree-explorer-viewlet-tree-view .message');
    await check('.statusbar-item[id*="taskrouter"]');
  });

  areTranslated('the form, each action with its fields, and what is wrong with them', async (check) => {
    await pending().click();
    const page = on.webview();
    await page.locator('main').waitFor();
    const frame = await on.webviewFrame();
    for (const action of [
      'accept',
      'reject',
      'conference',
      'dequeue',
      'redirect',
      'supervise',
      'wrapUp',
      'call',
    ]) {
      await page.locator(`.actions input[value=${action}]`).click();
      await page.locator(`.actions input[value=${action}]:checked`).waitFor();
      const closed = page.locator('details:not([open]) summary');
      while ((await closed.count()) > 0) await closed.first().click();
      await check('main', frame);
    }
    await page.locator('button.send').click();
    await page.locator('#summary').waitFor();
    await check('main', frame);
  });

  areTranslated('a quick pick and a confirmation', async (check) => {
    const page = on.webview();
    await page.locator('.about button').click();
    await on.page.locator('.quick-input-widget:visible').waitFor();
    await check('.quick-input-widget');
    await on.page.keyboard.press('Escape');
    await page.locator('#field-callFrom').fill('+15555550100');
    await page.locator('#field-callTo').fill('client:x');
    await page.locator('#field-callUrl').fill('http://example.com/');
    await page.locator('button.send').click();
    await on.modal().waitFor();
    await check('.dialog-message-text');
    await check('.monaco-dialog-box .dialog-buttons');
    await on.page.keyboard.press('Escape');
    // The form takes the focus back, which would close a menu.
    await page.locator('button.send:focus').waitFor();
  });

  areTranslated('the page that explains a task', async (check) => {
    await on
      .treeItem(/‹Ada›.*reserved/)
      .first()
      .click({ button: 'right' });
    await on.page.getByRole('menuitem', { name: pseudo('Explain Task') }).hover();
    await on.page.keyboard.press('Enter');
    // The form has no headline.
    await on.webview().locator('.headline').waitFor();
    await check('main', await on.webviewFrame());
  });

  areTranslated('the table of tasks, and the plan of a bulk action', async (check) => {
    const page = on.webview();
    const grid = page.locator('.grid');
    await on.inlineAction(on.treeItem(/Desk/).first(), pseudo('Open Task Table'), grid);
    await grid.locator('.body [role="row"]').nth(1).waitFor();
    const closed = page.locator('details:not([open]) summary');
    while ((await closed.count()) > 0) await closed.first().click();
    await check('main', await on.webviewFrame());
    await grid.locator('.head .select').click();
    await page.locator('.selection').waitFor();
    await check('main', await on.webviewFrame());
    await page.locator('.selection button').first().click();
    await on.page.locator('.quick-input-widget:visible').waitFor();
    await check('.quick-input-widget');
    await on.quickInput().type('‹reason›');
    await page.locator('.summary').waitFor();
    await check('main', await on.webviewFrame());
  });

  areTranslated('the page that tries a workflow', async (check) => {
    await on.expand(on.treeItem(pseudo('Workflows')));
    await on.treeItem(/Inbound/).click();
    await on.page
      .getByRole('button', { name: pseudo('Try Workflow') })
      .first()
      .click();
    await on.webview().locator('h1').waitFor();
    await check('main', await on.webviewFrame());
  });

  areTranslated('the callback bench', async (check) => {
    await on.command(`TaskRouter: ${pseudo('Explore with a Simulated Account')}`);
    await on.expand(on.treeItem(/Acme Support/).first());
    await on
      .treeItem(new RegExp(pseudo('Callbacks').slice(1, 10)))
      .first()
      .click();
    await on.webview().locator('.panes').waitFor();
    await check('main', await on.webviewFrame());
  });

  areTranslated('the menu of a row', async (check) => {
    await accepted().click({ button: 'right' });
    await on.page.locator('.monaco-menu').waitFor();
    await check('.monaco-menu');
    await on.page.keyboard.press('Escape');
  });
});
