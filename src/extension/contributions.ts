import type { InstructionName } from '../taskrouter/instructions';
import { instructionNamed } from '../taskrouter/instructions';
import type { ListRef } from './data/listRef';
import type {
  AccountTarget,
  QueryTarget,
  ReservationTarget,
  ResourceTarget,
  TaskTarget,
} from './data/target';

/**
 * Everything that package.json contributes by name: views, commands, context keys and settings. `npm run
 * contributions` writes it there; registration, menus, quick picks and setting reads derive from it.
 */

export const views = {
  'taskrouter.workspaces': { name: 'Workspaces', icon: 'media/taskrouter.svg', initialSize: 3 },
  'taskrouter.live': { name: 'Live Reservations', icon: 'media/reservation.svg', initialSize: 2 },
} as const;
export type ViewId = keyof typeof views;

/** What a command's handler is called with, by the kind that the table names. */
export interface TargetTypes {
  readonly none: undefined;
  readonly account: AccountTarget;
  readonly list: ListRef;
  readonly resource: ResourceTarget;
  readonly reservation: ReservationTarget;
  readonly task: TaskTarget;
  readonly worker: ResourceTarget;
  readonly query: QueryTarget;
}
export type TargetKind = keyof TargetTypes;

export type BulkKind = 'cancel' | 'complete' | 'priority' | 'activity';

export interface Command {
  readonly title: string;
  /** What it acts on: the row it is chosen on, or else what the user picks. */
  readonly target: TargetKind;
  /** Words of a row's context value, all of which must be there; `a|b` is either. */
  readonly rows?: readonly string[];
  /** The groups in which the title of a view offers it; `navigation` is a button. */
  readonly titles?: Readonly<Partial<Record<ViewId, string>>>;
  /** The group in which the menu of a page's tab bar offers it. */
  readonly pages?: string;
  /** Shown when nothing that it could act on is there. */
  readonly nothing?: string;
  /** It updates its target without a form that shows what that is. */
  readonly changes?: true;
  /** It sends an update as soon as its target is known. */
  readonly sends?: true;
  /** The word of a heading in the Workspaces view that offers it too, by a button and in its menu. */
  readonly heading?: string;
  /** With several rows selected, it plans this bulk action. */
  readonly several?: BulkKind;
  /** Its title in the menu of rows that are selected together, where the title names one. */
  readonly plural?: string;
}

/** What somebody new does first: see the walkthrough. */
export type FirstStep = 'simulated' | 'accepted' | 'explained' | 'conference' | 'copied' | 'signedIn';

export interface ContextKeys extends Record<`taskrouter.reached.${FirstStep}`, boolean> {
  /** At least one account is signed in. */
  'taskrouter.signedIn': boolean;
}
export type ContextKey = keyof ContextKeys;

/** A command that acts on a reservation by one instruction, in the statuses from which that is possible. */
const instruction = (name: InstructionName, title: string) =>
  ({
    title,
    target: 'reservation',
    rows: ['reservation', instructionNamed(name).from.join('|'), 'writable'],
  }) as const;

const unfinished = 'pending|reserved|assigned|wrapping';
/** A command that changes a task in these statuses. */
const onTask = (title: string, statuses: string) =>
  ({ title, target: 'task', rows: ['task', statuses, 'writable'] }) as const;

const onWorkflow = (title: string) =>
  ({
    title,
    target: 'resource',
    rows: ['workflow'],
    nothing: 'No workflow is in the view. Expand Workflows in a workspace first.',
  }) as const;

export const commands = {
  'taskrouter.view.refresh': {
    title: 'Refresh',
    target: 'none',
    titles: { 'taskrouter.workspaces': 'navigation@1', 'taskrouter.live': 'navigation@1' },
  },
  'taskrouter.row.open': { title: 'Open Row', target: 'none' },
  'taskrouter.resource.goTo': {
    title: 'Go to…',
    target: 'none',
    titles: { 'taskrouter.workspaces': 'navigation@0' },
  },
  'taskrouter.account.signIn': {
    title: 'Sign In',
    target: 'none',
    titles: { 'taskrouter.workspaces': 'navigation@2' },
  },
  'taskrouter.account.simulate': {
    title: 'Explore with a Simulated Account',
    target: 'none',
    titles: { 'taskrouter.workspaces': '1_account@1' },
  },
  'taskrouter.account.connectLocal': {
    title: 'Connect to a Local TaskRouter',
    target: 'none',
    titles: { 'taskrouter.workspaces': '1_account@2' },
  },
  'taskrouter.account.change': {
    title: 'Change Account…',
    target: 'account',
    rows: ['account'],
  },
  'taskrouter.account.enterSecret': {
    title: 'Enter Secret Again',
    target: 'account',
    rows: ['account', 'secret'],
    nothing: 'The simulated account has no secret.',
  },
  'taskrouter.account.signOut': {
    title: 'Sign Out',
    target: 'account',
    rows: ['account'],
  },
  // In the title of a view VS Code passes the row that has the focus, as it does in the menu of that row.
  'taskrouter.account.chooseSignOut': {
    title: 'Sign Out…',
    target: 'none',
    titles: { 'taskrouter.workspaces': '1_account@3' },
  },
  'taskrouter.account.tasks': {
    title: 'Open Task Table of All Workspaces',
    target: 'account',
    rows: ['account'],
  },
  'taskrouter.workspace.tasks': {
    title: 'Open Task Table',
    target: 'resource',
    rows: ['workspace'],
    nothing: 'The Workspaces view does not show any workspaces.',
  },
  'taskrouter.workspace.workers': {
    title: 'Open Worker Table',
    target: 'resource',
    rows: ['workspace'],
    heading: 'workers',
    nothing: 'The Workspaces view does not show any workspaces.',
  },
  'taskrouter.callbacks.open': {
    title: 'Open Callback Bench…',
    target: 'resource',
    rows: ['workspace', 'loopback'],
    nothing: 'The Workspaces view shows no workspace of a simulated or local account.',
  },
  'taskrouter.query.open': { title: 'Open Saved Query', target: 'query' },
  'taskrouter.task.explain': {
    title: 'Explain Task',
    target: 'task',
    rows: ['task|reservation|unoffered'],
  },
  'taskrouter.worker.explain': {
    title: 'Why Not Offered?',
    target: 'worker',
    rows: ['worker'],
  },
  'taskrouter.reservation.open': {
    title: 'Open Reservation',
    target: 'reservation',
    rows: ['reservation'],
  },
  'taskrouter.callbacks.replay': {
    title: 'Replay Assignment to localhost…',
    target: 'reservation',
    rows: ['reservation'],
    pages: '1_open@3',
  },
  'taskrouter.reservation.accept': {
    ...instruction('accept', 'Accept Reservation'),
    changes: true,
    sends: true,
  },
  'taskrouter.reservation.reject': {
    ...instruction('reject', 'Reject Reservation'),
    changes: true,
  },
  'taskrouter.reservation.conference': instruction('conference', 'Conference…'),
  'taskrouter.reservation.dequeue': instruction('dequeue', 'Dequeue…'),
  'taskrouter.reservation.call': instruction('call', 'Call…'),
  'taskrouter.reservation.redirect': instruction('redirect', 'Redirect…'),
  'taskrouter.reservation.supervise': instruction('supervise', 'Supervise…'),
  'taskrouter.reservation.wrapUp': instruction('wrapUp', 'Wrap Up…'),
  'taskrouter.reservation.complete': instruction('complete', 'Complete Reservation…'),
  'taskrouter.resource.editAttributes': {
    title: 'Edit Attributes',
    target: 'resource',
    rows: ['task|worker', 'writable'],
    nothing: 'No task or worker in the view can be changed. Expand a workspace first.',
  },
  'taskrouter.workflow.open': onWorkflow('Open Workflow'),
  'taskrouter.workflow.compare': onWorkflow('Compare Workflow With…'),
  'taskrouter.workflow.save': {
    title: 'Save to TaskRouter…',
    target: 'none',
  },
  'taskrouter.workflow.try': { title: 'Try Workflow', target: 'none' },
  'taskrouter.task.create': {
    title: 'Create Task…',
    target: 'resource',
    rows: ['workspace', 'writable'],
    nothing: 'The Workspaces view shows no workspace in which a task can be created.',
  },
  'taskrouter.task.createLike': {
    title: 'Create Another Like This…',
    target: 'task',
    rows: ['task', 'writable'],
  },
  'taskrouter.task.setPriority': {
    ...onTask('Set Priority…', unfinished),
    several: 'priority',
  },
  'taskrouter.task.setVirtualStartTime': onTask('Set Virtual Start Time…', unfinished),
  'taskrouter.task.delete': {
    title: 'Delete Task…',
    target: 'task',
    rows: ['task', 'writable'],
  },
  'taskrouter.worker.setChannel': {
    title: 'Set Channel Capacity…',
    target: 'worker',
    rows: ['worker', 'writable'],
  },
  'taskrouter.task.cancel': {
    ...onTask('Cancel Task…', 'pending|reserved'),
    several: 'cancel',
    plural: 'Cancel Tasks…',
  },
  'taskrouter.task.complete': {
    ...onTask('Complete Task…', 'assigned|wrapping'),
    several: 'complete',
    plural: 'Complete Tasks…',
  },
  'taskrouter.worker.setActivity': {
    title: 'Set Activity…',
    target: 'worker',
    rows: ['worker', 'writable'],
    several: 'activity',
  },
  'taskrouter.resource.copySid': {
    title: 'Copy SID',
    target: 'resource',
    rows: ['resource'],
  },
  'taskrouter.resource.copyLink': {
    title: 'Copy Link',
    target: 'resource',
    rows: ['resource'],
    pages: '5_copy@2',
  },
  'taskrouter.resource.openJson': {
    title: 'Open as JSON',
    target: 'resource',
    rows: ['resource'],
  },
  'taskrouter.resource.openInConsole': {
    title: 'Open in Twilio Console',
    target: 'resource',
    rows: ['resource'],
    pages: '5_copy@4',
  },
  'taskrouter.resource.notify': {
    title: 'Notify Me About Offers…',
    target: 'resource',
    rows: ['task|worker|reservation'],
  },
  'taskrouter.reservations.filter': {
    title: 'Filter Reservations…',
    target: 'none',
    titles: { 'taskrouter.live': 'navigation@0' },
  },
  'taskrouter.notifications.manage': {
    title: 'Manage Notifications…',
    target: 'none',
    titles: { 'taskrouter.live': '1_notify@1' },
  },
  'taskrouter.workspace.watch': {
    title: 'Watch This Workspace',
    target: 'resource',
    rows: ['workspace', 'unwatched'],
    nothing: 'Every workspace in the view is watched.',
  },
  'taskrouter.workspace.unwatch': {
    title: 'Stop Watching This Workspace',
    target: 'resource',
    rows: ['workspace', 'watched'],
    nothing: 'No workspace in the view is watched.',
  },
  'taskrouter.bulk.reports': {
    title: 'Show Bulk Reports…',
    target: 'none',
    titles: { 'taskrouter.workspaces': '2_log@0' },
  },
  'taskrouter.log.show': {
    title: 'Show Log',
    target: 'none',
    titles: { 'taskrouter.workspaces': '2_log@1' },
  },
  'taskrouter.log.copyCurl': {
    title: 'Copy a Request as curl',
    target: 'none',
    titles: { 'taskrouter.workspaces': '2_log@2' },
  },
  'taskrouter.log.detail': { title: 'Log Request Bodies for 15 Minutes', target: 'none' },
  'taskrouter.list.loadMore': { title: 'Load More', target: 'list' },
  'taskrouter.task.search': { title: 'Search All Tasks…', target: 'list' },
  'taskrouter.list.retry': {
    title: 'Try Again',
    target: 'list',
    rows: ['failure'],
  },
} as const satisfies Readonly<Record<`taskrouter.${string}.${string}`, Command>>;

type Commands = typeof commands;
export type CommandId = keyof Commands;
export type TargetOf<Id extends CommandId> = TargetTypes[Commands[Id]['target']];

export interface Invocation {
  /** The user clicked a row: what it opens leaves the focus on the row. */
  readonly preserveFocus: boolean;
}

/** One function per command: a command without one is a compile error where the root puts the parts together. */
export type CommandHandlers<Id extends CommandId = CommandId> = {
  readonly [One in Id]: (target: TargetOf<One>, invocation: Invocation) => unknown;
};

/** The command with the plural as its title. */
export const pluralOf = (id: CommandId) => `${id}Several`;

/** Whether a row with this context value is one that the command works on. */
export function worksOn({ rows = [] }: Command, contextValue: string): boolean {
  const words = contextValue.split(' ');
  return rows.every((word) => word.split('|').some((one) => words.includes(one)));
}

/** Whether it changes something, so that a read-only account does not offer it. */
export const changes = ({ rows = [] }: Command): boolean => rows.includes('writable');

/** A command for a tree item or a status bar item; `row` is the row it acts on. */
export const asCommand = (id: CommandId, row?: object) => ({
  command: id,
  title: commands[id].title,
  ...(row ? { arguments: [row] } : {}),
});

/** The second argument of the command that a row runs. */
export const openedRow = 'opened row';

/** What a click on the row or Enter runs. */
export const asRowCommand = (id: CommandId, row: object) => ({
  ...asCommand(id),
  arguments: [row, openedRow],
});

export interface NumberSetting {
  readonly type: 'integer';
  readonly default: number;
  readonly minimum: number;
  readonly maximum: number;
}
interface FlagSetting {
  readonly type: 'boolean';
  readonly default: boolean;
}
/**
 * In the order of the settings page. Each has `application` scope: no folder or workspace can set it. `manifest.ts` has their
 * descriptions, which activation need not load.
 */
export const settings = {
  'taskrouter.refreshInterval': {
    type: 'integer',
    default: 10,
    minimum: 0,
    maximum: 3600,
  },
  'taskrouter.requestsPerMinute': {
    type: 'integer',
    default: 60,
    minimum: 1,
    maximum: 600,
  },
  'taskrouter.languageModel.quotations': {
    type: 'boolean',
    default: true,
  },
  'taskrouter.languageModel.mcpServer': {
    type: 'boolean',
    default: false,
  },
} as const satisfies Readonly<Record<string, NumberSetting | FlagSetting>>;
export type SettingId = keyof typeof settings;

export const mcpServerId = 'taskrouter.tools';
