import fc from 'fast-check';
import type { TaskState } from '../../../src/webview/task/protocol';
import type { Outside, Program } from './program';
import type { AccountPlan } from './session';
import { accountPlans, Session } from './session';
import type { Fault } from './taskRouter';
import { delays, faultKinds } from './taskRouter';
import type { ActionName } from './user';
import { actions, cancelAll } from './user';

const second = 1000;
const minute = 60 * second;

export interface Step {
  readonly do: ActionName;
  readonly pick: number;
}

export interface Sequence {
  readonly plan: AccountPlan;
  readonly faults: readonly Fault[];
  /** Whether everything is expanded at first. */
  readonly expands: boolean;
  readonly steps: readonly Step[];
}

const pick = fc.nat({ max: 999 });
const fault: fc.Arbitrary<Fault> = fc.record({
  kind: fc.constantFrom(...faultKinds),
  on: fc.constantFrom(
    'everything',
    'everything',
    'lists',
    'rows',
    'writes',
    'Reservations',
    'Tasks',
    'Events',
  ),
  delay: fc.constantFrom(...delays),
  pick,
});
/** Everything works, and every name is hostile: so it gets to all the places where outcomes are shown. */
const hostileNames = fc.tuple(
  fc.record({
    kind: fc.constant('hostile text' as const),
    on: fc.constant('everything' as const),
    delay: fc.constant(0 as const),
    pick,
  }),
);
/** Everything works until a server repeats what it was sent: each response in one notation, the next in another. */
const echoes = fc.array(
  fc.record({
    kind: fc.constantFrom('none', 'secrets in the text', 'a refusal that repeats the request'),
    on: fc.constantFrom('writes', 'everything'),
    delay: fc.constant(0 as const),
    pick,
  }),
  { minLength: 1, maxLength: 5, size: 'max' },
);
/** What people do in a row. Each may go wrong in the middle, as what comes between can be anything. */
const habits: readonly (readonly ActionName[])[] = [
  ['accept', 'confirm'],
  ['change a task', 'answer', 'answer', 'confirm'],
  ['change a worker', 'answer', 'answer', 'answer', 'confirm'],
  ['accept', 'answer at once', 'confirm'],
  ['reject', 'answer', 'confirm'],
  ['accept from the palette', 'answer', 'answer', 'confirm'],
  ['reject from the palette', 'answer', 'answer', 'answer', 'confirm'],
  ['open a form', 'send', 'confirm', 'wait ten seconds'],
  ['open a form', 'choose an action', 'edit', 'edit', 'send', 'confirm'],
  ['open a form to act', 'wait a second', 'edit', 'send', 'confirm'],
  ['open a form', 'send', 'send', 'confirm', 'confirm'],
  ['open a form', 'choose Conference', 'type a secret', 'send', 'confirm', 'wait ten seconds'],
  ['open a form', 'choose Conference', 'type a secret', 'type a secret', 'send', 'confirm', 'reload'],
  ['open a form', 'send', 'look at another tab', 'confirm', 'wait a second', 'look at the form again'],
  ['open a form', 'look at another tab', 'accept', 'confirm', 'wait a second', 'close a form'],
  ['open a form', 'send', 'confirm', 'look at another tab', 'reload'],
  ['open a form', 'send', 'confirm', 'reload', 'confirm'],
  ['open a form', 'send', 'confirm', 'crash'],
  ['open a form', 'send', 'confirm', 'close a form'],
  ['send', 'confirm'],
  ['explain a task', 'wait a second', 'act on the explanation', 'confirm'],
  ['explain a worker', 'wait a second', 'use the explanation', 'wait a minute', 'use the explanation'],
  ['explain a task', 'use the explanation', 'wait a minute', 'use the explanation', 'reload'],
  ['send', 'another window changes the account', 'confirm'],
  ['accept', 'another window signs out', 'confirm'],
  ['accept', 'somebody else acts', 'confirm'],
  ['another extension accepts', 'confirm'],
  ['pick a worker', 'answer', 'send', 'confirm'],
  ['ask for presets', 'answer', 'answer'],
  ['sign out', 'answer'],
  ['sign in', ...Array<ActionName>(6).fill('answer')],
  ['change the account', 'answer', 'answer', 'accept', 'confirm'],
  ['notify me', 'answer', 'wait a minute', 'answer'],
  ['hide the tree', 'wait a minute', 'show the tree'],
  ['leave the window', 'wait ten minutes', 'come back'],
  ['expand all', 'load more', 'retry'],
];
const someStep = (name: fc.Arbitrary<ActionName>): fc.Arbitrary<Step> => fc.record({ do: name, pick });
const anyStep = someStep(fc.constantFrom(...(Object.keys(actions) as ActionName[])));
const habit = fc
  .constantFrom(...habits)
  .chain((names) => fc.tuple(...names.map((one) => someStep(fc.constant(one)))));
const steps: fc.Arbitrary<readonly Step[]> = fc
  .array(fc.oneof(fc.tuple(anyStep), habit), { minLength: 1, maxLength: 7, size: 'max' })
  .map((groups) => groups.flat());

export const sequence: fc.Arbitrary<Sequence> = fc.record({
  plan: fc.constantFrom(...accountPlans),
  faults: fc.oneof(
    { arbitrary: fc.array(fault, { maxLength: 5, size: 'max' }), weight: 4 },
    { arbitrary: hostileNames, weight: 1 },
    { arbitrary: echoes, weight: 1 },
  ),
  expands: fc.boolean(),
  steps,
});

/** Carries out a sequence, and then lets everything that was begun come to its end. */
export async function play(
  start: (outside: Outside) => Program,
  { plan, faults, expands, steps }: Sequence,
): Promise<Session> {
  const session = new Session({ start, plan, faults });
  await session.pass(second);
  if (expands) await actions['expand all'](session);
  for (const { do: name, pick: number } of steps) {
    await actions[name](session, number);
    await session.pass(100);
    if (session.violations.length) return session;
  }
  await comeToRest(session);
  return session;
}

async function comeToRest(session: Session): Promise<void> {
  session.note('the end: everything is canceled');
  for (const panel of session.panels) panel.show(true);
  // Reads in the background wait five minutes for each 429, and for the request limit.
  for (let i = 0; i < 180 && (i === 0 || !session.isAtRest); i++) {
    cancelAll(session);
    await session.pass(20 * second);
  }
  for (const what of session.unfinished) session.violation(`not finished: ${what}`);
  session.ending();
  for (const row of session.rows()) {
    session.rules.row(row);
    if (!row.tree.isExpandable(row) || !row.tree.isExpanded(row)) continue;
    session.rules.children(row);
    if (!row.children?.length) session.violation(`nothing under ${row.item.id}, neither rows nor an error`);
  }
  for (const panel of session.explanations) {
    const state = panel.state as unknown as TaskState | undefined;
    if (state && (state.reading || (!state.headline && state.problem === undefined)))
      session.violation(`a page with neither an explanation nor a problem: ${state.subject.sid}`);
  }
  if (session.accounts.length) await recover(session);
  await signOut(session);
}

/** A TaskRouter that responds as it should is shown as it is, whatever it responded before. */
async function recover(session: Session): Promise<void> {
  session.taskRouter.isCalm = true;
  session.window.focus(true);
  for (const tree of session.window.trees.values()) tree.show(true);
  const failures = () => session.rows().filter(({ item }) => item.contextValue === 'failure');
  // Reads that the request limit delays leave within the next minutes, those after a 429 within five.
  for (
    let passed = 0;
    passed === 0 || (passed < 8 * minute && failures().length > 0);
    passed += 20 * second
  ) {
    actions.refresh(session);
    await session.pass(20 * second);
  }
  for (const { item } of failures())
    session.violation(`still a failure: ${item.id}, ${item.label as string}`);
}

/** What is left when the user signs out of everything. */
async function signOut(session: Session): Promise<void> {
  session.note('the end: signed out of everything');
  session.signOutElsewhere();
  await session.pass(20 * second);
  const before = session.taskRouter.requests.length;
  await session.pass(minute);
  if (session.taskRouter.requests.length > before) session.violation('requests after the sign-out');
  if (session.rows().length) session.violation(`rows after the sign-out: ${session.rows()[0]!.item.id}`);
  await session.close(true);
}
