import * as z from 'zod';
import type { Named } from '../query/plan';
import { titlesIn } from '../taskrouter/attributes';
import type { Field } from '../taskrouter/fields';
import { instructionNamed, instructions, isSecretParameter } from '../taskrouter/instructions';
import type { PreparedUpdate, ShownResource } from '../taskrouter/preparedUpdate';
import { prepareInstruction as prepareUpdate } from '../taskrouter/reservationUpdate';
import * as resources from '../taskrouter/resources';
import type { SidNoun } from '../taskrouter/sid';
import { sidPrefixes } from '../taskrouter/sid';
import { cancelTask, completeTask } from '../taskrouter/taskUpdates';
import { describeProblem, InvalidArgumentsError } from '../taskrouter/update';
import { setActivity } from '../taskrouter/workerUpdates';
import { accountOf, findIn, namedRow, notFound, pick, placeInput, readAll, workspacesOf } from './places';
import type { Placed } from './places';
import type { Preparation, ToolAccount, ToolCall } from './tool';
import { tool, ToolError } from './tool';
import { ours, quoted, sentence, sid } from './text';
import type { Value } from './text';

const sidInput = (noun: SidNoun) => {
  const prefix = sidPrefixes[noun];
  return z
    .string()
    .regex(new RegExp(`^${prefix}[0-9a-fA-F]{32}$`), `must be ${prefix} followed by 32 hexadecimal digits`)
    .describe(`The SID of the ${noun.toLowerCase()} (${prefix}…).`);
};

const sendsNothing =
  'It sends nothing, in no account: it returns what would be sent, and opens it for the user, who alone can confirm it. Tell the user what you prepared and that they decide.';

/** What leads nowhere: addresses and texts are entered in the form, by the user. */
const isPlain = ({ control, source }: Field) =>
  ['boolean', 'integer', 'choice', 'choices'].includes(control) || source === 'activities';
const plainKeys = (fields: readonly Field[]) => fields.filter(isPlain).map(({ key }) => key);

const valuesHelp = instructions
  .map(({ name, fields }) => ({ name, keys: plainKeys(fields) }))
  .filter(({ keys }) => keys.length > 0)
  .map(({ name, keys }) => `${name}: ${keys.join(', ')}`)
  .join('; ');

export const prepareInstruction = tool({
  name: 'taskrouter_prepare_instruction',
  toolReferenceName: 'taskrouterPrepareInstruction',
  title: 'Prepare an Instruction to a Reservation',
  summary: 'Fills in the form of a reservation, for example to accept it. You decide whether it is sent.',
  description: `Prepares an instruction to a reservation of Twilio TaskRouter, such as accept, reject or conference, and opens its form filled in. ${sendsNothing}`,
  prepares: true,
  input: z.strictObject({
    reservation: sidInput('Reservation'),
    task: sidInput('Task'),
    instruction: z.enum(instructions.map(({ name }) => name)).describe('What the reservation is to do.'),
    values: z
      .record(z.string().max(50), z.union([z.string().max(100), z.array(z.string().max(100)).max(10)]))
      .optional()
      .describe(
        `Values to fill in, as text. The user enters addresses and texts. Possible are for ${valuesHelp}.`,
      ),
    ...placeInput,
  }),
  answer: async ({ reservation, task, instruction: name, values = {}, ...place }, call) => {
    const account = writableOf(call, place.account);
    const workspaces = await workspacesOf(account, place);
    const { workspace, row } = found(
      await findIn(account, workspaces, resources.taskReservations, [task, reservation]),
      workspaces,
    );
    const instruction = instructionNamed(name);
    const allowed = plainKeys(instruction.fields);
    if (Object.keys(values).some((key) => !allowed.includes(key)))
      throw new ToolError({
        reason: ours('The user enters other values in the form.'),
        possible: allowed.map(ours),
      });
    const address = { workspaceSid: workspace.sid, parentSid: task, sid: reservation };
    const titles = await titleOf(account, workspace.sid, task);
    const prepare = ({ shown }: Pick<ShownResource, 'shown'>) =>
      prepareUpdate({ address, shown, instruction, args: values, nameOf: (one) => titles.get(one) });
    return prepared(call, account, row, {
      ...{ accountId: account.id, prepare, form: { instruction: name, values } },
      subject: { collection: resources.taskReservations, sids: [workspace.sid, task, reservation] },
    });
  },
});

export const prepareTask = tool({
  name: 'taskrouter_prepare_task',
  toolReferenceName: 'taskrouterPrepareTask',
  title: 'Prepare to Cancel or Complete a Task',
  summary: 'Prepares to cancel or complete a task. You decide whether it is sent.',
  description: `Prepares to cancel or complete a task of Twilio TaskRouter, and asks the user in a dialog. ${sendsNothing}`,
  prepares: true,
  input: z.strictObject({
    task: sidInput('Task'),
    change: z.enum(['cancel', 'complete']).describe('Pending tasks are canceled, assigned ones completed.'),
    reason: z.string().min(1).max(200).describe('The reason. TaskRouter stores it with the task.'),
    ...placeInput,
  }),
  answer: async ({ task, change, reason, ...place }, call) => {
    const account = writableOf(call, place.account);
    const workspaces = await workspacesOf(account, place);
    const { workspace, row } = found(await findIn(account, workspaces, resources.tasks, [task]), workspaces);
    const update = change === 'cancel' ? cancelTask : completeTask;
    return prepared(call, account, row, {
      ...{ accountId: account.id, prepare: (resource) => update(resource, reason) },
      subject: { collection: resources.tasks, sids: [workspace.sid, task] },
    });
  },
});

export const prepareActivity = tool({
  name: 'taskrouter_prepare_activity',
  toolReferenceName: 'taskrouterPrepareActivity',
  title: 'Prepare to Set the Activity of a Worker',
  summary: 'Prepares to move a worker to another activity. You decide whether it is sent.',
  description: `Prepares to set the activity of a worker of Twilio TaskRouter, and asks the user in a dialog. ${sendsNothing}`,
  prepares: true,
  input: z.strictObject({
    worker: sidInput('Worker'),
    activity: z.string().min(1).max(100).describe('The SID (WA…) or the name of the activity.'),
    ...placeInput,
  }),
  answer: async ({ worker, activity: wanted, ...place }, call) => {
    const account = writableOf(call, place.account);
    const workspaces = await workspacesOf(account, place);
    const { workspace, row } = found(
      await findIn(account, workspaces, resources.workers, [worker]),
      workspaces,
    );
    const all = (await readAll(account, resources.activities, [workspace.sid])).map(namedRow);
    const activity = pick(all, wanted, 'activity');
    return prepared(call, account, row, {
      ...{ accountId: account.id, prepare: (resource) => setActivity(resource, activity.sid) },
      subject: { collection: resources.workers, sids: [workspace.sid, worker] },
    });
  },
});

function writableOf(call: ToolCall, name: string | undefined): ToolAccount {
  const account = accountOf(call, name);
  if (account.readOnly) throw new ToolError(ours('Read-only account: changes are blocked.'));
  return account;
}

function found(placed: Placed | undefined, workspaces: readonly Named[]): Placed {
  if (!placed)
    throw new ToolError(
      notFound(workspaces, 'No workspace of the account has it. It may have been deleted.'),
    );
  return placed;
}

const titleOf = async ({ withReads }: ToolAccount, workspaceSid: string, taskSid: string) => {
  const { row } = await withReads((reads, signal) =>
    reads.fetch(resources.tasks, [workspaceSid, taskSid], signal),
  );
  const [title] = titlesIn(resources.tasks.read(row).attributes);
  return new Map(title === undefined ? [] : [[taskSid, title]]);
};

/** What would be sent, which is opened for the user where there is one. */
function prepared(
  call: ToolCall,
  account: ToolAccount,
  shown: resources.Row,
  preparation: Preparation,
): Value {
  const { subject } = preparation;
  const name = titlesIn(resources.tasks.read(shown).attributes)[0] ?? namedRow(shown).name;
  const update = updateOf(preparation, { ...subject, shown, name, nameOf: (one) => one });
  if (!update.isPossible(shown))
    throw new ToolError({
      reason: ours('This is not possible in its present status.'),
      status: quoted(shown[update.subject.statusField]),
    });
  call.open?.(preparation);
  const { method, path, body = [] } = update.request;
  return {
    sent: false,
    next: ours(
      call.open
        ? 'Nothing was sent. It was opened for the user, who decides. A form that was open already stays as it is.'
        : 'Nothing was sent, and nothing can be sent from here. The user can do it in VS Code or in their own tools.',
    ),
    would: sentence(update.question),
    account: quoted(account.name, 60),
    environment: ours(account.kind === 'twilio' ? account.environment : account.kind),
    subject: sid(shown.sid),
    request: {
      method: ours(method),
      path: ours(path),
      parameters: body.map(([parameter, value]) => ({
        name: ours(parameter),
        value: isSecretParameter(parameter) ? ours('********') : quoted(value),
      })),
    },
    warnings: update.warnings.length > 0 ? update.warnings.map((one) => sentence(one)) : undefined,
    placesCall: update.risk === 'call',
  };
}

function updateOf({ prepare }: Preparation, resource: ShownResource): PreparedUpdate {
  try {
    return prepare(resource);
  } catch (error) {
    if (!(error instanceof InvalidArgumentsError)) throw error;
    throw new ToolError({
      reason: ours('TaskRouter would refuse this.'),
      problems: error.problems.map((one) => sentence(describeProblem(one))),
    });
  }
}
