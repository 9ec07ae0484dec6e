import * as z from 'zod';
import type { Filter, Target } from '../routing/workflow/configuration';
import { readConfiguration } from '../routing/workflow/configuration';
import { inSlices } from '../slices';
import type { Row } from '../taskrouter/resources';
import * as resources from '../taskrouter/resources';
import { diagnose } from '../workflow/diagnostics/diagnose';
import { readDocument } from '../workflow/document';
import type { KnownWorkspace } from '../workflow/known';
import { accountOf, namedRow, pick, placeInput, readAll, shown, workspaceOf } from './places';
import type { ToolCall } from './tool';
import { tool } from './tool';
import { ours, quoted, sentence } from './text';
import type { Value } from './text';

export const workflow = tool({
  name: 'taskrouter_workflow',
  toolReferenceName: 'taskrouterWorkflow',
  title: 'Read a TaskRouter Workflow',
  summary: 'Reads the filters and targets of a workflow, and what is wrong with them.',
  description:
    'Reads a workflow of Twilio TaskRouter: its filters and targets with queues, expressions, priorities and timeouts, and diagnostics of what TaskRouter refuses or what cannot work, such as a filter that never matches. Without a workflow it lists those of the workspace.',
  input: z.strictObject({
    workflow: z.string().max(200).optional().describe('The SID (WW…) or the name of the workflow.'),
    ...placeInput,
    workspace: placeInput.workspace.describe('The SID (WS…) or the name of the workspace.'),
  }),
  answer: async ({ workflow: wanted, ...place }, call) => {
    const account = accountOf(call, place.account);
    const workspace = await workspaceOf(account, place);
    const rows = await readAll(account, resources.workflows, [workspace.sid]);
    const all = rows.map((row) => ({ ...namedRow(row), row }));
    if (wanted === undefined) return { workspace: shown(workspace), workflows: all.map(shown) };
    const { row } = pick(all, wanted, 'workflow');
    const parents = [workspace.sid];
    const [queues, activities, channels] = await Promise.all([
      readAll(account, resources.taskQueues, parents),
      readAll(account, resources.activities, parents),
      readAll(account, resources.taskChannels, parents),
    ]);
    const known: KnownWorkspace = {
      name: workspace.name,
      queues: queues.map((one) => {
        const { target_workers: targetWorkers } = resources.taskQueues.read(one);
        return { ...namedRow(one), targetWorkers: targetWorkers ?? undefined };
      }),
      activities: activities.map(namedRow),
      channels: channels.flatMap((one) => resources.taskChannels.read(one).unique_name ?? []),
    };
    return describe(row, known, call);
  },
});

async function describe(row: Row, known: KnownWorkspace, call: ToolCall): Promise<Value> {
  const read = resources.workflows.read(row);
  const text = read.configuration ?? '';
  const { rules } = readConfiguration(text, () => true);
  const names = new Map(known.queues?.map((one) => [one.sid, one.name]));
  const target = (one: Target): Value => ({
    queue: quoted(names.get(one.queue) ?? one.queue, 60),
    ...{ priority: one.priority, timeout: one.timeout },
    expression: quoted(one.expression),
    orderBy: quoted(one.orderBy),
    skipIf: quoted(one.skipIf),
    knownWorker: one.knownWorker && quoted(`task.${one.knownWorker.path.join('.')}`),
  });
  const filter = ({ name, expression, targets }: Filter): Value => ({
    ...{ name: quoted(name, 60), expression: quoted(expression), targets: targets.map(target) },
  });
  return {
    ...shown(namedRow(row)),
    reservationTimeoutSeconds: read.task_reservation_timeout ?? undefined,
    diagnostics: await diagnosticsOf(text, known, call),
    filters: rules?.filters.map(filter),
    defaultTarget: rules?.defaultTarget && target(rules.defaultTarget),
    configuration: rules ? undefined : quoted(text, 2000),
  };
}

async function diagnosticsOf(text: string, known: KnownWorkspace, { signal }: ToolCall): Promise<Value> {
  const clock = { elapsed: () => performance.now() };
  const isWanted = () => !signal.aborted;
  const document = await inSlices(readDocument(text, new Map()), clock, isWanted);
  const found = document && (await inSlices(diagnose(document, known), clock, isWanted));
  signal.throwIfAborted();
  return found?.map(({ code, severity, message, range, link }) => ({
    ...{ severity: ours(severity), code: ours(code), says: sentence(message) },
    at: quoted(text.slice(range.start, range.end), 100),
    page: ours(link),
  }));
}
