import type { InstructionArguments, PhoneNetwork } from './phoneNetwork';
import type { AccountState } from '../state/accountState';
import type { Reservation, Workspace } from '../state/rows';
import { cancel, taskAndWorkerOf } from '../state/reservations';
import { route } from '../routing/routing';
import type { Scenario } from '../scenarios/scenario';

/** Milliseconds until the simulated application answers an assignment callback. */
const answersAfter = 1000;
/** Milliseconds that TaskRouter waits for each callback. */
const callbackTimeout = 5000;
const noArguments: InstructionArguments = { value: () => undefined, values: () => [] };

/** Simulates the application behind a workflow's assignment callback: it instructs each new reservation. */
export function answerAssignments(account: AccountState, phones: PhoneNetwork, scenario: Scenario): void {
  const workspaces = [...account.workspaces.rows()];
  const answered = new Set(
    scenario.workspaces.flatMap(({ workflows }, i) =>
      workflows.flatMap(({ name, assignment }) => (assignment ? workflowSid(workspaces[i]!, name) : [])),
    ),
  );
  const answer = (workspace: Workspace, reservation: Reservation) => {
    const { workflowSid } = taskAndWorkerOf(workspace, reservation).task;
    if (!answered.has(workflowSid)) return failCallback(account, workspace, reservation, workflowSid);
    account.schedule(`assignment:${reservation.sid}`, answersAfter, () => {
      if (reservation.status !== 'pending') return;
      phones.conference({
        workspace,
        reservation,
        ...taskAndWorkerOf(workspace, reservation),
        args: noArguments,
      });
    });
  };
  for (const workspace of answered.size > 0 ? workspaces : []) {
    for (const reservation of workspace.reservations.rows()) answer(workspace, reservation);
  }
  account.observe(({ type, workspace, reservation }) => {
    if (type === 'reservation.created') answer(workspace, reservation!);
    else if (type === 'reservation.instructed') account.unschedule(callbackKey(reservation!));
  });
}

const callbackKey = ({ sid }: Reservation) => `callback:${sid}`;

/**
 * No request leaves this process, so a callback that no plan answers fails, as one does that TaskRouter cannot
 * reach: the reservation is canceled. https://www.twilio.com/docs/taskrouter/api/workflow
 */
function failCallback(
  account: AccountState,
  workspace: Workspace,
  reservation: Reservation,
  workflowSid: string,
): void {
  const { assignmentCallbackUrl, fallbackAssignmentCallbackUrl } = workspace.workflows.get(workflowSid)!;
  const urls = [assignmentCallbackUrl, fallbackAssignmentCallbackUrl].filter(Boolean);
  if (urls.length === 0) return;
  account.schedule(callbackKey(reservation), urls.length * callbackTimeout, () => {
    if (reservation.status !== 'pending' || !workspace.reservations.get(reservation.sid)) return;
    cancel(account, workspace, reservation);
    route(account, workspace);
  });
}

const workflowSid = (workspace: Workspace, name: string) =>
  [...workspace.workflows.rows()].find(({ friendlyName }) => friendlyName === name)!.sid;
