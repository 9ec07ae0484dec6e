import { sampleExplanation, sampleFacts, sampleTimeline } from '../../explanation/samples';
import { parseTaskMessage } from '../../../src/extension/features/task/pageMessage';
import type { TaskModel } from '../../../src/extension/features/task/taskState';
import { taskState } from '../../../src/extension/features/task/taskState';
import type { TaskMessage, TaskState } from '../../../src/webview/task/protocol';
import { account, StandIn } from '../shared/standIn';

/** The time of the sample facts. */
export const sampleNow = sampleFacts.now;

/** Builds the page's state as the extension does, from an explanation that the test chooses. */
export class TaskStandIn extends StandIn<TaskState, TaskMessage> {
  model: TaskModel = {
    account,
    taskSid: sampleFacts.taskSid,
    pinned: false,
    reading: false,
    facts: sampleFacts,
    explanation: sampleExplanation,
    timeline: sampleTimeline,
    actions: [],
    asOf: 'As of 9:04 AM',
    seen: new Set(),
    requestedCapacities: new Set<string>(),
    requests: [
      `GET /v1/Workspaces/${sampleFacts.workspace!.sid}/Tasks/${sampleFacts.taskSid}`,
      `GET /v1/Workspaces/${sampleFacts.workspace!.sid}/Workers?TaskQueueSid=${sampleFacts.task!.task_queue_sid!}&PageSize=1000`,
    ],
    ask: { findings: [], notes: [] },
  };
  /** A state that replaces the model's. */
  state: TaskState | undefined;
  protected override now = sampleNow;

  /** Keeps the present state as it is, to be changed text by text. */
  freeze(): void {
    this.state = this.stateAt();
  }

  protected override stateAt(): TaskState {
    return this.state ?? taskState(this.model);
  }

  protected override parse(message: unknown): TaskMessage | undefined {
    return parseTaskMessage(message);
  }

  protected override apply(message: TaskMessage): void {
    if (message.type === 'pin') this.model = { ...this.model, pinned: message.pinned };
    if (message.type === 'copy') this.model = { ...this.model, copied: message.customerData };
    if (message.type === 'ask')
      this.model = { ...this.model, ask: { progress: '0 of 3', findings: [], notes: [] } };
    if (message.type === 'cancelAsk')
      this.model = {
        ...this.model,
        ask: { findings: [], notes: ['Canceled. Not everything was compared.'] },
      };
    if (message.type === 'readCapacities')
      this.model = {
        ...this.model,
        requestedCapacities: new Set(this.model.explanation?.workers?.unknown.map(({ sid }) => sid)),
      };
    if (message.type === 'visible')
      this.model = { ...this.model, seen: new Set([...this.model.seen, ...message.workerSids]) };
  }
}
