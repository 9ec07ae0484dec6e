import type { InstructionArguments, PhoneNetwork } from './phoneNetwork';
import type { AccountState } from '../state/accountState';
import type { Reservation, Workspace } from '../state/rows';
import { taskAndWorkerOf } from '../state/reservations';
import type { Scenario } from '../scenarios/scenario';

/** Milliseconds until the simulated application answers an assignment callback. */
const answersAfter = 1000;
const noArguments: InstructionArguments = { value: () => undefined, values: () => [] };

/** Simulates the application behind a workflow's assignment callback: it instructs each new reservation. */
export function answerAssignments(account: AccountState, phones: PhoneNetwork, scenario: Scenario): void {
  const workspaces = [...account.workspaces.rows()];
  const answered = new Set(
    scenario.workspaces.flatMap(({ workflows }, i) =>
      workflows.flatMap(({ name, assignment }) => (assignment ? workflowSid(workspaces[i]!, name) : [])),
    ),
  );
  if (answered.size === 0) return;
  const answer = (workspace: Workspace, reservation: Reservation) => {
    if (!answered.has(taskAndWorkerOf(workspace, reservation).task.workflowSid)) return;
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
  for (const workspace of workspaces) {
    for (const reservation of workspace.reservations.rows()) answer(workspace, reservation);
  }
  account.observe(({ type, workspace, reservation }) => {
    if (type === 'reservation.created') answer(workspace, reservation!);
  });
}

const workflowSid = (workspace: Workspace, name: string) =>
  [...workspace.workflows.rows()].find(({ friendlyName }) => friendlyName === name)!.sid;
