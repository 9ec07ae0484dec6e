import { l10n } from 'vscode';
import type {
  Change,
  HeadlineKind,
  PatternKind,
  TaskExplanation,
  TargetLine,
  Timeline,
  TimelineKind,
  WorkflowTrace,
} from '../../../explanation/explanation';
import type { ExplanationFacts } from '../../../explanation/facts';
import { parseAttributes } from '../../../taskrouter/attributes';
import type {
  ActionView,
  AskView,
  ChangeView,
  HeadlineView,
  TargetView,
  TaskState,
  TimelineRow,
  TimelineView,
  WorkflowView,
} from '../../../webview/task/protocol';
import type { Account } from '../../accounts/account';
import { readsCallsAndAlerts } from '../../accounts/account';
import { taskTitle } from '../../display/attributes';
import { describeError, sentence } from '../../display/errorMessage';
import { pageAccount } from '../../display/pageAccount';
import { taskStatusAppearance } from '../../display/rows';
import { plain } from '../../display/safeText';
import { canBeTested } from './saveTest';
import { taskTexts } from './taskTexts';
import { workersView } from './workersView';
import type { View } from './texts';
import { comparisonView, duration, shown, ViewsInOrder } from './texts';

/** What a page about a task is made of. */
export interface TaskModel {
  readonly account: Account;
  readonly taskSid: string;
  readonly pinned: boolean;
  readonly reading: boolean;
  /** Why a read failed, as a sentence. */
  readonly problem?: string | undefined;
  readonly facts: ExplanationFacts;
  /** Absent while what it needs is being read. */
  readonly explanation?: TaskExplanation | undefined;
  readonly timeline?: Timeline | undefined;
  readonly actions: readonly ActionView[];
  /** What was copied a moment ago, with or without the customer's data. */
  readonly copied?: boolean | undefined;
  /** Up to when it is known, as a sentence. */
  readonly asOf?: string | undefined;
  /** What the page is called while its subject is unknown. */
  readonly title?: string | undefined;
  /** SIDs of the workers whose rows the user sees, beside the first rows of each group. */
  readonly seen: ReadonlySet<string>;
  /** SIDs of the workers whose capacity was read, or is being read. */
  readonly requestedCapacities: ReadonlySet<string>;
  /** Request lines. */
  readonly requests: readonly string[];
  readonly ask?: AskView | undefined;
}

const tones: Readonly<Record<HeadlineKind, HeadlineView['tone']>> = {
  'no such task': 'neutral',
  gone: 'neutral',
  completed: 'done',
  canceled: 'neutral',
  assigned: 'active',
  wrapping: 'active',
  offered: 'offered',
  'about to be offered': 'offered',
  'behind other tasks': 'waiting',
  'queue without workers': 'problem',
  'nobody qualifies': 'problem',
  'known worker': 'problem',
  'routing target': 'problem',
  'none available': 'waiting',
  'all busy': 'waiting',
  'none free': 'waiting',
  'no filter matches': 'problem',
  'capacity unknown': 'waiting',
  'call ended': 'problem',
  'callback failed': 'problem',
  'offers canceled': 'problem',
  'unknown status': 'neutral',
  unreadable: 'problem',
};

const timelineLooks: Readonly<Record<TimelineKind, readonly [icon: string, tone: TimelineRow['tone']]>> = {
  created: ['add', 'plain'],
  'entered queue': ['list-ordered', 'plain'],
  'target matched': ['filter', 'quiet'],
  offered: ['bell', 'plain'],
  accepted: ['call-incoming', 'good'],
  rejected: ['call-outgoing', 'bad'],
  'timed out': ['watch', 'bad'],
  'offer canceled': ['circle-slash', 'quiet'],
  rescinded: ['reply', 'quiet'],
  failed: ['error', 'bad'],
  moved: ['arrow-right', 'plain'],
  'target timed out': ['watch', 'plain'],
  'workflow timed out': ['history', 'bad'],
  'workflow skipped': ['debug-step-over', 'plain'],
  updated: ['edit', 'quiet'],
  wrapping: ['edit', 'plain'],
  completed: ['pass', 'good'],
  canceled: ['circle-slash', 'bad'],
  deleted: ['trash', 'quiet'],
  'worker activity': ['person', 'quiet'],
  'workflow updated': ['tools', 'quiet'],
  gap: ['ellipsis', 'quiet'],
  other: ['circle-small', 'quiet'],
};

/** Patterns of which Monitor's alerts say more. */
const namesAlerts: readonly PatternKind[] = ['callback failed', 'created and canceled loop'];

const alertsAreOff = (): string =>
  l10n.t('Reading Monitor’s alerts is turned off for this account. Use Change Account… to turn it on.');

/** Everything that the page shows about a task. */
export function taskState(model: TaskModel): TaskState {
  const { account, taskSid, facts, explanation, timeline, pinned, reading, problem, actions } = model;
  const views = new ViewsInOrder();
  const view = views.claim;
  return {
    texts: taskTexts(),
    account: pageAccount(account),
    subject: { sid: taskSid, title: titleOf(model), facts: subjectFacts(model) },
    pinned,
    reading,
    ...(problem === undefined ? {} : { problem }),
    ...(explanation ? { headline: headlineView(explanation, view) } : {}),
    actions,
    ...(model.copied === undefined ? {} : { copied: model.copied }),
    ...(model.asOf === undefined ? {} : { asOf: model.asOf }),
    changes: explanation?.changes.map((change) => changeView(change, view, facts)) ?? [],
    patterns:
      explanation?.patterns.map((pattern) => ({
        claim: view(pattern.claim),
        remedy: shown(pattern.remedy),
        ...(namesAlerts.includes(pattern.kind) && !readsCallsAndAlerts(account)
          ? { alertsAreOff: alertsAreOff() }
          : {}),
      })) ?? [],
    ...(explanation?.workflow
      ? { workflow: { ...workflowView(explanation.workflow, view), canBeTested: canBeTested(facts) } }
      : {}),
    ...(explanation?.workers ? { workers: workersView(explanation.workers, model, view) } : {}),
    ...(timeline ? { timeline: timelineView(timeline, views) } : {}),
    ...attributesOf(facts),
    hasJson: facts.task !== undefined,
    fields: fieldsOf(facts),
    notes: views.notes(explanation?.notes ?? []),
    requests: model.requests,
    ...(model.ask ? { ask: model.ask } : {}),
  };
}

/** What stays of a page whose next state could not be made: what it is about, and why. */
export const brokenState = (
  { texts, account, subject, pinned, requests }: TaskState,
  error: unknown,
): TaskState => ({
  texts,
  account,
  subject,
  pinned,
  reading: false,
  problem: sentence(describeError(error)),
  actions: [],
  changes: [],
  patterns: [],
  hasJson: false,
  fields: [],
  notes: [],
  requests,
});

/** As it is, or as it was before it was deleted. */
const lastTask = ({ task, lastRead }: Pick<ExplanationFacts, 'task' | 'lastRead'>) => task ?? lastRead?.task;

const titleOf = ({ facts, title }: TaskModel): string => {
  const task = lastTask(facts);
  return (task ? taskTitle(task.attributes) : plain(title ?? '')) || facts.taskSid;
};

function subjectFacts({ account, facts, explanation }: TaskModel): TaskState['subject']['facts'] {
  const { workspace, lastRead, task = lastRead?.task } = facts;
  const last = lastRead ? l10n.t('deleted') : task?.assignment_status;
  const status = plain(explanation?.status ?? last ?? '', 30);
  const queue = plain(task?.task_queue_friendly_name ?? '', 60);
  const channel = plain(task?.task_channel_unique_name ?? '', 40);
  const priority = task?.priority ? String(task.priority) : '';
  // Another workspace may have what this one does not.
  const place =
    explanation && !task
      ? [plain(workspace?.friendly_name ?? '', 60), plain(account.name, 60)].filter(Boolean).join(' · ')
      : '';
  return [
    { icon: taskStatusAppearance(status).icon, label: l10n.t('Status'), text: status },
    { icon: 'list-ordered', label: l10n.t('Queue'), text: queue },
    { icon: 'comment', label: l10n.t('Channel'), text: channel },
    { icon: 'organization', label: l10n.t('Workspace and account'), text: place },
    { icon: 'arrow-up', text: priority && l10n.t('priority {priority}', { priority }) },
  ].filter(({ text }) => text);
}

function headlineView({ headline }: TaskExplanation, view: View): HeadlineView {
  const { kind, until, besideCountdown: message = headline.message } = headline;
  return {
    ...view({ ...headline, message }),
    tone: tones[kind],
    ...(until === undefined ? {} : { until }),
  };
}

/** So many waiting tasks that come first are named. */
const maxAhead = 3;

function changeView(change: Change, view: View, { waitingTasks }: ExplanationFacts): ChangeView {
  const ahead = change.tasksAhead?.slice(0, maxAhead) ?? [];
  const titleOf = (sid: string) => taskTitle(waitingTasks?.find((one) => one.sid === sid)?.attributes) ?? sid;
  return { ...view(change), ahead: ahead.map((taskSid) => ({ taskSid, text: titleOf(taskSid) })) };
}

function workflowView(
  { workflowName, place, next, ttl, changedSince, filters }: WorkflowTrace,
  view: View,
): Omit<WorkflowView, 'canBeTested'> {
  return {
    name: plain(workflowName),
    place: view(place),
    ...(next ? { next: { ...view(next.claim), at: next.at } } : {}),
    ...(ttl === undefined ? {} : { ttl }),
    ...(changedSince === undefined
      ? {}
      : {
          changed: l10n.t(
            'The workflow was changed at {time}, after this task was created. The API does not show which of its versions the task follows.',
            { time: new Date(changedSince).toLocaleString() },
          ),
        }),
    filters: filters.map(({ name, expression, matches, comparisons, targets }) => ({
      name: plain(name),
      ...(expression === undefined ? {} : { expression: plain(expression, 2000) }),
      matches,
      isDefault: expression === undefined,
      comparisons: comparisons.map(comparisonView),
      targets: targets.map(targetView),
    })),
  };
}

function targetView(target: TargetLine): TargetView {
  const { queueName, state, deadline, priority, timeout, expression, orderBy, skipIf, knownWorker } = target;
  const lines: readonly (readonly [string, string | number | undefined])[] = [
    ['expression', expression],
    ['order_by', orderBy],
    ['skip_if', skipIf],
    ['known_worker_sid', knownWorker],
    ['priority', priority],
    ['timeout', timeout],
  ];
  return {
    queue: plain(queueName),
    state,
    ...(deadline === undefined ? {} : { deadline }),
    details: lines.flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}: ${plain(String(value), 2000)}`],
    ),
  };
}

function timelineView({ entries, notes }: Timeline, views: ViewsInOrder): TimelineView {
  // The page shows the latest first.
  const whys = new Map(
    [...entries].reverse().flatMap((one) => (one.why ? [[one, views.claim(one.why)] as const] : [])),
  );
  return {
    rows: entries.map((entry) => {
      const { kind, at, message, duration: lasted } = entry;
      const why = whys.get(entry);
      const [icon, tone] = timelineLooks[kind];
      return {
        icon,
        tone,
        at,
        text: shown(message),
        // A gap's sentence says how long it was.
        ...(lasted === undefined || kind === 'gap' ? {} : { duration: duration(lasted) }),
        ...(why ? { why } : {}),
      };
    }),
    notes: views.notes(notes),
  };
}

/** As the reader sees them: lines stay apart, and nothing in them is hidden. */
const maxAttributes = 50_000;
function attributesOf(facts: ExplanationFacts): Pick<TaskState, 'attributes'> {
  const raw = lastTask(facts)?.attributes;
  if (typeof raw !== 'string') return {};
  const parsed = parseAttributes(raw);
  const lines = (parsed ? JSON.stringify(parsed, null, 2) : raw).slice(0, maxAttributes).split('\n');
  return { attributes: lines.map((line) => indentOf(line) + plain(line, 2000)).join('\n') };
}

const indentOf = (line: string) => /^ */.exec(line)![0];

function fieldsOf(facts: ExplanationFacts): TaskState['fields'] {
  const { workflow, workspace, lastRead, task = lastRead?.task } = facts;
  if (!task) return [];
  const date = (value: Date | null | undefined) => value?.toLocaleString();
  const seconds = (value: number | null | undefined) =>
    typeof value === 'number' ? l10n.t('{seconds} s', { seconds: value }) : undefined;
  const fields: readonly (readonly [string, string | null | undefined])[] = [
    [l10n.t('Task'), task.sid],
    [l10n.t('Workspace'), workspace?.friendly_name ?? task.workspace_sid],
    [l10n.t('Workflow'), workflow?.friendly_name ?? task.workflow_friendly_name ?? task.workflow_sid],
    [l10n.t('Queue'), task.task_queue_friendly_name ?? task.task_queue_sid],
    [l10n.t('Channel'), task.task_channel_unique_name],
    [l10n.t('Priority'), task.priority?.toString()],
    [l10n.t('Timeout'), seconds(task.timeout)],
    [l10n.t('Reservation timeout'), seconds(workflow?.task_reservation_timeout)],
    [l10n.t('Created'), date(task.date_created)],
    [l10n.t('In this queue since'), date(task.task_queue_entered_date)],
    [l10n.t('Updated'), date(task.date_updated)],
    [l10n.t('Last read before it was deleted'), lastRead && date(new Date(lastRead.at))],
    [l10n.t('Routing target'), task.routing_target],
    [l10n.t('Ignores capacity'), task.ignore_capacity ? l10n.t('yes') : undefined],
    [l10n.t('Reason'), task.reason],
    [l10n.t('Add-ons'), task.addons],
  ];
  return fields.flatMap(([name, value]) => (value ? [[name, plain(value, 500)] as const] : []));
}
