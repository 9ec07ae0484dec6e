import { strict as assert } from 'node:assert';
import type { FormState } from '../../src/webview/reservation/protocol';
import { startForms } from '../webview/reservation/formPage';
import type { Forms } from '../webview/reservation/formPage';
import type { FormCase } from '../extension/features/reservation/formCase';
import { formStateOf } from '../extension/features/reservation/formCase';
import type { TaskState } from '../../src/webview/task/protocol';
import { scenes as taskScenes } from '../webview/task/scenes';
import { startTasks } from '../webview/task/taskPage';
import type { Tasks } from '../webview/task/taskPage';
import { hostile } from './hostile';

const sid = (prefix: string) => prefix + '1'.repeat(32);

/** A state that has everything the form can show, with this text in each place. */
function stateWith(text: string): FormState {
  const model: FormCase = {
    account: {
      id: 'one',
      kind: 'twilio',
      name: 'Acme',
      origin: 'https://taskrouter.twilio.com',
      username: sid('AC'),
      environment: 'production',
      readOnly: false,
    },
    address: { workspaceSid: sid('WS'), parentSid: sid('WT'), sid: sid('WR') },
    reservation: { sid: sid('WR'), reservation_status: 'pending', task_sid: sid('WT') },
    activities: [{ sid: sid('WA'), friendly_name: 'Break', available: false }],
    chosen: 'call',
    values: { call: { callFrom: text, callUrl: text, callTo: text } },
  };
  const state = formStateOf(model);
  // Without the functions that make text safe: the page itself must render it as text.
  return {
    ...state,
    account: { ...state.account, name: text },
    reservation: { ...state.reservation, worker: text, task: text, queue: text, status: text },
    problems: { callFrom: text },
    warnings: { callUrl: text },
    previews: [{ name: 'HTTP', title: text, text }],
    news: text,
    next: text,
    outcome: {
      kind: 'not done',
      headline: text,
      details: [text],
      facts: [text],
      changes: [{ what: text, before: text, now: text }],
    },
    instructions: state.instructions.map((instruction) => ({
      ...instruction,
      help: text,
      groups: instruction.groups.map((group) => ({
        ...group,
        fields: group.fields.map((field) => ({
          ...field,
          help: text,
          twilioDefault: text,
          suggestions: [{ value: text, label: text, callerData: true as const }],
        })),
      })),
    })),
  };
}

/** Runs in the page: renders each state, and returns what is in the page that is more than text. */
const renderAll = `async (messages) => {
  const active = 'a[href], area, audio, base, embed, form, frame, iframe, img, link:not(head link), meta:not(head meta), object, source, style:not(head style), svg, video, [src]:not(script[nonce]), [srcdoc], [srcset]';
  const found = [];
  globalThis.alert = () => found.push('alert');
  for (const [name, message] of messages) {
    postMessage(message);
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    for (const element of document.querySelectorAll(active)) found.push(name + ': ' + element.outerHTML.slice(0, 200));
    for (const element of document.querySelectorAll('body, body *'))
      for (const { name: attribute } of element.attributes)
        if (attribute.startsWith('on')) found.push(name + ': ' + attribute);
    if (document.querySelectorAll('body script').length !== 2) found.push(name + ': a script');
    const value = document.querySelector('#field-callFrom')?.value;
    const set = message.state.values.callFrom.replace(/[\\r\\n]/g, '');
    if (value !== set) found.push(name + ': the value is ' + JSON.stringify(value));
  }
  return found;
}`;

describe('hostile text in the form’s page', function () {
  this.timeout(60_000);
  let forms: Forms;
  before(async () => {
    forms = await startForms();
  });

  it('is text everywhere: no element, no script, no request', async () => {
    const form = await forms.open();
    const { page } = form;
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    page.on('dialog', (dialog) => requests.push(dialog.message()));
    const strings = hostile.map(({ name, text }) => [name, text.slice(0, 2000)] as const);
    const messages = strings.map(
      ([name, text], i) =>
        [name, { type: 'state', state: stateWith(text), instance: 'form', upTo: i, now: 0 }] as const,
    );
    for (let i = 0; i < messages.length; i += 50) {
      const found = await page.evaluate<string[]>(
        `(${renderAll})(${JSON.stringify(messages.slice(i, i + 50))})`,
      );
      assert.deepEqual(found, []);
    }
    assert.match(await page.locator('h1').innerText(), /padded/, 'the last state');
    assert.deepEqual(requests, []);
    assert.deepEqual(await form.violations(), []);
  });
});

/** What the extension chooses from tables of its own. */
const chosen = new Set([
  'command',
  'icon',
  'kind',
  'result',
  'sid',
  'state',
  'taskSid',
  'reservationSid',
  'tone',
]);

/** Every other text of a state of the task's page, replaced. */
const replaced = (value: unknown, text: string): unknown => {
  if (typeof value === 'string') return text;
  if (Array.isArray(value)) return value.map((one) => replaced(one, text));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, chosen.has(name) ? one : replaced(one, text)]),
  );
};

describe('hostile text in the page of a task', function () {
  this.timeout(60_000);
  let tasks: Tasks;
  before(async () => {
    tasks = await startTasks();
  });

  it('is text everywhere: no element, no script, no request', async () => {
    const task = await tasks.open();
    const { page, extension } = task;
    for (const scene of ['waiting', 'offered', 'canceled'] as const) {
      await taskScenes[scene]!(task);
      extension.freeze();
      const before = await page.evaluate<string[]>(`(${elements})()`);
      const requests: string[] = [];
      page.on('request', (request) => requests.push(request.url()));
      page.on('dialog', (dialog) => requests.push(dialog.message()));
      const safe = extension.state!;
      for (const { name, text } of hostile) {
        await extension.change({ state: replaced(safe, text.slice(0, 500)) as TaskState });
        assert.deepEqual(await page.evaluate<string[]>(`(${elements})()`), before, name);
      }
      assert.deepEqual(requests, []);
      await extension.change({ state: undefined });
    }
    assert.deepEqual(await task.violations(), []);
  });
});

/** Runs in the page: the kinds of its elements, and their attributes that run code or load something. */
const elements = `() => {
  const kinds = new Set();
  for (const element of document.querySelectorAll('body, body *')) {
    kinds.add(element.tagName);
    for (const { name } of element.attributes)
      if (/^on|^(href|src|srcset|srcdoc|style|action)$/.test(name) && element.tagName !== 'SCRIPT') kinds.add(name);
  }
  return [...kinds].sort();
}`;
