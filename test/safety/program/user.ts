import { instructionNamed, instructions } from '../../../src/taskrouter/instructions';
import { canary, clientOf } from '../../extension/window';
import type { ActionView } from '../../../src/webview/task/protocol';
import { isWriteConfirmation } from './rules';
import type { Session } from './session';
import { addressesWithToken, sipPassword } from './session';
import type { ShownRow, TreeOnScreen } from './treeOnScreen';

type Run = (session: Session, pick: number) => void | Promise<void>;

const at = <T>(list: readonly T[], pick: number): T | undefined => list[pick % (list.length || 1)];
const second = 1000;
const minute = 60 * second;

const sidOf = ({ item }: ShownRow) => item.id?.split('/').at(-1);

/** Runs a command on a row as its menu does, if there is one whose menu has it. */
function onRow(session: Session, id: string, words: readonly string[], pick: number, writes = false): void {
  const row = at(session.rows(...words), pick);
  if (!row) return session.note(`(no row for ${id})`);
  session.act(`${id} on ${row.item.id}`);
  if (writes) session.rules.acted(id, sidOf(row));
  session.window.run(id, row.element);
}

function fromPalette(session: Session, id: string, writes = false): void {
  session.act(`${id} from the palette`);
  if (writes) session.rules.acted(id);
  session.window.run(id);
}

function toggle(session: Session, isExpanded: boolean, pick: number): void {
  const rows = session
    .rows()
    .filter((one) => one.tree.isExpandable(one) && one.tree.isExpanded(one) !== isExpanded);
  const row = at(rows, pick);
  if (!row) return session.note(`(nothing to ${isExpanded ? 'expand' : 'collapse'})`);
  session.act(`${isExpanded ? 'expand' : 'collapse'} ${row.item.id}`);
  row.tree.setExpanded(row, isExpanded);
}

function view(id: 'taskrouter.workspaces' | 'taskrouter.live', isVisible: boolean): Run {
  return (session) => {
    session.act(`${isVisible ? 'show' : 'hide'} ${id}`);
    session.tree(id).show(isVisible);
  };
}

const inForm =
  (message: (session: Session, pick: number) => object | undefined): Run =>
  (session, pick) => {
    const panel = at(session.panels, pick);
    const posted = panel?.state && message(session, pick);
    if (!panel || !posted) return session.note('(no form)');
    session.act(`in the form: ${JSON.stringify(posted)}`);
    panel.post(posted);
  };

const values = [
  ...['+15550100177', 'client:ada', 'sip:ada@example.com', '', 'x'.repeat(3000), 'a\u202eb', '300'],
  ...addressesWithToken,
];

function editForm(session: Session, pick: number): object | undefined {
  const { chosen } = at(session.panels, pick)!.state!;
  const field = at(instructionNamed(chosen).fields, pick >> 3);
  if (!field) return undefined;
  const { choices = [] } = field as { choices?: readonly string[] };
  const value = field.control === 'password' ? sipPassword : at([...values, ...choices], pick >> 1)!;
  return { type: 'set', instruction: chosen, key: field.key, value };
}

/** Into a field of Conference that takes it: one for a URL, a SIP address or a password. */
function typeSecret(_session: Session, pick: number): object {
  const [key, value] = at(
    [
      ['statusCallback', addressesWithToken[0]!],
      ['waitUrl', addressesWithToken[1]!],
      ['to', addressesWithToken[2]!],
      ['to', addressesWithToken[3]!],
      ['sipAuthPassword', sipPassword],
    ] as const,
    pick,
  )!;
  return { type: 'set', instruction: 'conference', key, value };
}

/** The button that does something, or Cancel; what the user types is what is asked for. */
async function answer(session: Session, pick: number, waits: number): Promise<void> {
  const { quickInput, window } = session;
  const message = at(window.messages, pick);
  if (quickInput && (!message || pick % 2)) {
    await session.pass(waits);
    if (session.quickInput === quickInput) answerQuickInput(session, pick);
    return;
  }
  if (!message) return session.note('(no dialog)');
  await session.pass(waits);
  if (!window.messages.includes(message)) return;
  const button = at(message.buttons, pick >> 2);
  session.act(`answer “${message.text.slice(0, 80)}” with ${button ?? 'nothing'}`);
  if (button !== undefined) session.rules.confirmed(message, session.clock.now());
  if (button === 'Accept' || button === 'Reject') session.rules.acted(`the notification’s ${button}`);
  message.answer(button);
}

/** What is typed where the prompt begins like this. */
const answers = [
  ['Reason', 'Solved'],
  ['Priority', '7'],
  ['Date and time', '2020-01-31T09:30:00Z'],
  ['Tasks of this channel', '2'],
] as const;

function answerQuickInput(session: Session, pick: number): void {
  const input = session.quickInput!;
  if (input.isPick) {
    session.act(`choose one of ${input.items.length} in “${input.title} ${input.placeholder}”`);
    return input.accept(pick >> 1);
  }
  const { prompt = '' } = input;
  const { apiKeySid, apiKeySecret, accountSid } = session.simulator;
  const isLocal = input.title.includes('Local');
  const [, answer] = answers.find(([beginning]) => prompt.startsWith(beginning)) ?? [];
  const typed = input.password
    ? at([isLocal ? canary : apiKeySecret, 'wrong'], pick >> 2)!
    : prompt.includes('API key SID')
      ? isLocal
        ? accountSid
        : apiKeySid
      : prompt.startsWith('Address')
        ? 'http://127.0.0.1:4010'
        : (answer ?? input.value);
  session.act(`type ${input.password ? '(a secret)' : typed} for “${input.title}: ${prompt}”`);
  input.type(typed);
}

export function cancelAll(session: Session): void {
  session.quickInput?.hide();
  for (const message of [...session.window.messages]) message.answer(undefined);
}

/** Somebody else acts on a reservation. */
async function actElsewhere(session: Session, pick: number): Promise<void> {
  const row = at(session.rows('reservation', 'pending'), pick);
  const sid = row && sidOf(row);
  const task = session.taskRouter.served.get(sid ?? '')?.at(-1)?.row['task_sid'];
  const workspace = session.taskRouter.served
    .get(sid ?? '')
    ?.at(-1)
    ?.path.split('/')[3];
  if (!sid || typeof task !== 'string' || !workspace) return session.note('(nothing for somebody else)');
  session.act(`somebody else accepts ${sid}`);
  await clientOf(session.simulator)
    .update({
      method: 'POST',
      path: `/v1/Workspaces/${workspace}/Tasks/${task}/Reservations/${sid}`,
      query: [],
      body: [['ReservationStatus', 'accepted']],
    })
    .catch(() => undefined);
}

/** In another window: this one finds out when it has the focus. */
function changeElsewhere(session: Session, change: 'out' | 'in' | 'use', pick: number): void {
  session.act(`another window: ${change} ${pick}`);
  const { globalState, secrets } = session.persisted;
  if (change === 'in') session.signInElsewhere(session.plannedAccounts);
  else {
    const account = at(session.accounts, pick);
    const others = session.accounts.filter((one) => one !== account);
    if (account?.secretId && change === 'out') secrets.delete(`account.${account.secretId}`);
    const uses = [
      { environment: 'production', readOnly: true },
      { environment: 'production', readOnly: false },
      { environment: 'staging', readOnly: false, confirmWrites: false },
      { environment: 'staging', readOnly: false, confirmWrites: true },
    ];
    // Only an account at Twilio has an environment that a user can choose.
    const used = account?.kind === 'twilio' ? { ...account, ...at(uses, pick >> 1) } : account;
    const changed = used && change === 'use' ? [used] : [];
    void globalState.update('accounts', [...others, ...changed]);
  }
  session.window.focus(true);
}

const wait =
  (milliseconds: number): Run =>
  async (session) => {
    session.note(`wait ${milliseconds / second} s`);
    await session.pass(milliseconds);
  };

const reload =
  (disposes: boolean): Run =>
  async (session) => {
    session.act(disposes ? 'reload the window' : 'the extension host crashes');
    await session.reload(disposes);
  };

const eachView = (session: Session, run: (tree: TreeOnScreen) => void) => {
  for (const tree of session.window.trees.values()) if (tree.visible) run(tree);
};

const explanationMessages = [
  { type: 'refresh' },
  { type: 'ask' },
  { type: 'openTask', taskSid: `WT${'1'.repeat(32)}` },
  { type: 'openWorker', workerSid: `WK${'1'.repeat(32)}` },
  { type: 'visible', workerSids: [`WK${'1'.repeat(32)}`] },
  { type: 'pin', pinned: true },
  { type: 'copy', customerData: false },
  { type: 'copy', customerData: true },
  { type: 'openJson' },
  { type: 'act', command: 'workbench.action.quit', reservationSid: `WR${'1'.repeat(32)}` },
  { type: 'documentation', pattern: 0 },
];

/** Everything that the user can do, by what they would call it. */
export const actions = {
  expand: (session, pick) => toggle(session, true, pick),
  'expand all': async (session) => {
    for (let level = 0; level < 5; level++) {
      eachView(session, (tree) => {
        for (const row of tree.rows)
          if (tree.isExpandable(row) && !tree.isExpanded(row)) tree.setExpanded(row, true);
      });
      session.act('expand all');
      await session.pass(second);
    }
  },
  collapse: (session, pick) => toggle(session, false, pick),
  refresh: (session) => fromPalette(session, 'taskrouter.view.refresh'),
  'load more': (session, pick) => onRow(session, 'taskrouter.list.loadMore', ['more'], pick),
  retry: (session, pick) => onRow(session, 'taskrouter.list.retry', ['failure'], pick),
  'open a form': (session, pick) => onRow(session, 'taskrouter.reservation.open', ['reservation'], pick),
  'open a form to act': (session, pick) =>
    onRow(
      session,
      `taskrouter.reservation.${at(['conference', 'call', 'dequeue', 'complete'], pick)}`,
      ['reservation'],
      pick,
    ),
  'choose an action': inForm((_session, pick) => ({
    type: 'choose',
    instruction: at(instructions, pick)!.name,
  })),
  edit: inForm(editForm),
  'choose Conference': inForm(() => ({ type: 'choose', instruction: 'conference' })),
  'type a secret': inForm(typeSecret),
  send: inForm((session, pick) => {
    const panel = at(session.panels, pick)!;
    session.rules.acted('send', panel.state!.reservation.sid);
    return { type: 'send', instruction: panel.state!.chosen };
  }),
  'refresh the form': inForm(() => ({ type: 'refresh' })),
  'open the next': inForm(() => ({ type: 'next' })),
  'copy a preview': inForm((_session, pick) => ({ type: 'copy', preview: at(['HTTP', 'curl'], pick) })),
  'pick a worker': inForm(() => ({ type: 'pick', instruction: 'supervise', key: 'supervisor' })),
  'ask for presets': inForm(() => ({ type: 'presets' })),
  'explain the error': inForm(() => ({ type: 'explain' })),
  'nonsense in a form': inForm((_session, pick) => at([{ type: 'quit' }, { type: 'set', key: 7 }, {}], pick)),
  'close a form': (session, pick) => {
    const panel = at(session.panels, pick);
    session.act('close a form');
    panel?.dispose();
  },
  'look at another tab': (session, pick) => {
    session.act('look at another tab');
    at(session.panels, pick)?.show(false);
  },
  'look at the form again': (session) => {
    session.act('look at the form again');
    for (const panel of session.panels) panel.show(true);
  },
  'explain a task': (session, pick) => onRow(session, 'taskrouter.task.explain', ['task'], pick),
  'explain a worker': (session, pick) => onRow(session, 'taskrouter.worker.explain', ['worker'], pick),
  'act on the explanation': (session, pick) => {
    const page = at(session.explanations, pick);
    const { actions: offered = [] } = (page?.state ?? {}) as unknown as { actions?: readonly ActionView[] };
    const action = at(offered, pick >> 1);
    if (!page || !action) return session.note('(nothing to act on)');
    session.act(`in the explanation: ${JSON.stringify(action)}`);
    session.rules.acted(action.command, action.reservationSid);
    page.post({ type: 'act', command: action.command, reservationSid: action.reservationSid });
  },
  'use the explanation': (session, pick) => {
    const page = at(session.explanations, pick);
    const message = at(explanationMessages, pick >> 1)!;
    if (!page) return session.note('(no explanation)');
    session.act(`in the explanation: ${JSON.stringify(message)}`);
    page.post(message);
  },
  accept: (session, pick) =>
    onRow(session, 'taskrouter.reservation.accept', ['reservation', 'pending', 'writable'], pick, true),
  'accept any row': (session, pick) =>
    onRow(session, 'taskrouter.reservation.accept', ['reservation'], pick, true),
  reject: (session, pick) =>
    onRow(session, 'taskrouter.reservation.reject', ['reservation', 'pending', 'writable'], pick, true),
  'change a task': (session, pick) => {
    const [id, status] = at(
      [
        ['cancel', 'pending|reserved'],
        ['complete', 'assigned|wrapping'],
        ['setPriority', 'writable'],
        ['setVirtualStartTime', 'writable'],
        ['delete', 'writable'],
      ] as const,
      pick >> 2,
    )!;
    const words = ['task', 'writable', at(status.split('|'), pick)!];
    onRow(session, `taskrouter.task.${id}`, words, pick, true);
  },
  'change a worker': (session, pick) =>
    onRow(
      session,
      `taskrouter.worker.${pick % 3 ? 'setActivity' : 'setChannel'}`,
      ['worker', 'writable'],
      pick >> 1,
      true,
    ),
  'accept from the palette': (session) => fromPalette(session, 'taskrouter.reservation.accept', true),
  'reject from the palette': (session) => fromPalette(session, 'taskrouter.reservation.reject', true),
  'another extension accepts': (session, pick) => {
    const row = at(session.rows('reservation'), pick);
    session.act('another extension calls Accept');
    session.rules.acted('another extension', row && sidOf(row));
    session.window.run('taskrouter.reservation.accept', row?.element);
  },
  answer: (session, pick) => answer(session, pick, 2 * second),
  'answer at once': (session, pick) => answer(session, pick, 0),
  confirm: async (session) => {
    const message = session.window.messages.find(isWriteConfirmation);
    if (!message) return session.note('(nothing to confirm)');
    await session.pass(2 * second);
    if (!session.window.messages.includes(message)) return;
    session.act(`confirm “${message.text.slice(0, 80)}”`);
    session.rules.confirmed(message, session.clock.now());
    message.answer(message.buttons[0]);
  },
  cancel: (session) => {
    session.act('cancel');
    cancelAll(session);
  },
  'notify me': (session, pick) => onRow(session, 'taskrouter.resource.notify', ['resource'], pick),
  'manage notifications': (session) => fromPalette(session, 'taskrouter.notifications.manage'),
  'open as JSON': (session, pick) => onRow(session, 'taskrouter.resource.openJson', ['resource'], pick),
  'copy the SID': (session, pick) => onRow(session, 'taskrouter.resource.copySid', ['resource'], pick),
  watch: (session, pick) =>
    onRow(session, `taskrouter.workspace.${pick % 2 ? 'watch' : 'unwatch'}`, ['workspace'], pick),
  'copy as curl': (session) => fromPalette(session, 'taskrouter.log.copyCurl'),
  'sign out': (session, pick) => onRow(session, 'taskrouter.account.signOut', ['account'], pick),
  'sign in': (session) => fromPalette(session, 'taskrouter.account.signIn'),
  'change the account': (session, pick) => onRow(session, 'taskrouter.account.change', ['account'], pick),
  'another window signs out': (session, pick) => changeElsewhere(session, 'out', pick),
  'another window signs in': (session, pick) => changeElsewhere(session, 'in', pick),
  'another window changes the account': (session, pick) => changeElsewhere(session, 'use', pick),
  'somebody else acts': actElsewhere,
  'hide the tree': view('taskrouter.workspaces', false),
  'show the tree': view('taskrouter.workspaces', true),
  'hide the live view': view('taskrouter.live', false),
  'show the live view': view('taskrouter.live', true),
  'leave the window': (session) => {
    session.act('leave the window');
    session.window.focus(false);
  },
  'come back': (session) => {
    session.act('come back');
    session.window.focus(true);
  },
  reload: reload(true),
  crash: reload(false),
  'wait a second': wait(second),
  'wait ten seconds': wait(10 * second),
  'wait a minute': wait(minute),
  'wait ten minutes': wait(10 * minute),
} as const satisfies Record<string, Run>;

export type ActionName = keyof typeof actions;
