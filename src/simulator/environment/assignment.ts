import { assignmentParameters } from '../../callbacks/assignment';
import type { Assignment } from '../../callbacks/assignment';
import { route } from '../routing/routing';
import type { Scenario, WorkflowPlan } from '../scenarios/scenario';
import type { AccountState } from '../state/accountState';
import { cancel, taskAndWorkerOf } from '../state/reservations';
import type { Reservation, Workflow, Workspace } from '../state/rows';
import type { InstructionArguments, PhoneNetwork } from './phoneNetwork';

/** Milliseconds until the simulated application answers an assignment callback. */
const answersAfter = 1000;
/** Milliseconds that TaskRouter waits for each callback. */
const callbackTimeout = 5000;
const noArguments: InstructionArguments = { value: () => undefined, values: () => [] };

/**
 * Simulates the assignment callback of each new reservation that is not delivered to an application: either a simulated
 * application answers it, or it cannot be reached, which Monitor shows as alerts, and TaskRouter cancels the reservation.
 * https://www.twilio.com/docs/taskrouter/api/workflow
 */
export function simulateAssignments(
  account: AccountState,
  phones: PhoneNetwork,
  scenario: Scenario,
  isDelivered: (workspaceSid: string) => boolean,
): void {
  const workspaces = [...account.workspaces.rows()];
  const answered = new Set(
    scenario.workspaces.flatMap(({ workflows }, i) =>
      workflows.flatMap(({ name, assignment }) => (assignment ? workflowSid(workspaces[i]!, name) : [])),
    ),
  );
  const call = (workspace: Workspace, reservation: Reservation) => {
    if (isDelivered(workspace.sid)) return;
    const { task, worker } = taskAndWorkerOf(workspace, reservation);
    const workflow = workspace.workflows.get(task.workflowSid);
    const later = (ms: number, run: () => void) =>
      account.schedule(timerKey(reservation), ms, () => {
        if (reservation.status === 'pending' && workspace.reservations.get(reservation.sid)) run();
      });
    if (answered.has(task.workflowSid)) {
      later(answersAfter, () =>
        phones.conference({ workspace, reservation, task, worker, args: noArguments }),
      );
    } else if (workflow && scenario.assignmentCallbacks !== 'answered') {
      const urls = callbackUrls(workflow);
      for (const url of urls)
        phones.recordCallback(
          { workspace, reservation },
          url,
          'POST',
          assignmentParameters(assignmentIn(account, workspace, reservation)),
        );
      if (urls.length === 0) return;
      later(urls.length * callbackTimeout, () => {
        urls.forEach((url, i) =>
          recordFailure(account, reservation, url, (i + 1 - urls.length) * callbackTimeout),
        );
        cancel(account, workspace, reservation);
        route(account, workspace);
      });
    }
  };
  const begins = ({ assignment, assignmentCallbackUrl: url }: WorkflowPlan) => assignment ?? url;
  for (const [i, workspace] of workspaces.entries()) {
    if (!scenario.workspaces[i]!.workflows.some(begins)) continue;
    for (const reservation of workspace.reservations.rows()) call(workspace, reservation);
  }
  account.observe(({ type, workspace, reservation }) => {
    if (type === 'reservation.created') call(workspace, reservation!);
    // A client's instruction replaces the application's.
    else if (type === 'reservation.instructed') account.unschedule(timerKey(reservation!));
  });
}

/** HTTP retrieval failure. https://www.twilio.com/docs/api/errors/11200 */
export const unanswered = '11200';

/** Adds Monitor's alert about a callback without an answer, after so many milliseconds. */
function recordFailure(account: AccountState, { sid }: Reservation, url: string, after: number): void {
  const text = `No response to POST ${url} within ${callbackTimeout / 1000} seconds`;
  account.alerts.add({ code: unanswered, resourceSid: sid, url, text }, account.now() + after);
}

const timerKey = ({ sid }: Reservation) => `assignment:${sid}`;

/** The fallback is used when the callback fails, so not without one. */
const callbackUrls = ({ assignmentCallbackUrl, fallbackAssignmentCallbackUrl }: Workflow): string[] =>
  assignmentCallbackUrl === null
    ? []
    : [assignmentCallbackUrl, fallbackAssignmentCallbackUrl].filter((url) => url !== null);

/** The assignment of a reservation that was just created. */
export function assignmentIn(
  account: AccountState,
  workspace: Workspace,
  reservation: Reservation,
): Assignment {
  const { task, worker } = taskAndWorkerOf(workspace, reservation);
  return {
    accountSid: account.accountSid,
    workspaceSid: workspace.sid,
    workflowSid: task.workflowSid,
    taskQueueSid: task.queueSid,
    workerSid: worker.sid,
    workerAttributes: worker.attributes,
    taskSid: task.sid,
    taskAttributes: task.attributes,
    taskAge: Math.floor((account.now() - task.created) / 1000),
    taskPriority: task.priority,
    reservationSid: reservation.sid,
    at: reservation.created,
  };
}

const workflowSid = (workspace: Workspace, name: string) =>
  [...workspace.workflows.rows()].find(({ friendlyName }) => friendlyName === name)!.sid;
