import type { TryModel } from '../../../src/extension/features/workflowFiles/tryState';
import { tryState } from '../../../src/extension/features/workflowFiles/tryState';
import { parseTryMessage } from '../../../src/extension/features/workflowFiles/tryMessage';
import { message } from '../../../src/taskrouter/message';
import type { TryMessage, TryState } from '../../../src/webview/try/protocol';
import { account, StandIn } from '../shared/standIn';

const sid = (i: number) => `WT${String(i).padStart(32, '0')}`;
const customers = ['Rosa Hazel', 'Omar Cedar', 'Tess Rowan', 'Milo Birch'];

export const sampleModel: TryModel = {
  account,
  workflow: 'Inbound',
  isReading: false,
  tasks: customers.map((name, i) => ({ sid: sid(i), name })),
  channels: ['default', 'voice', 'chat'],
  channel: 'voice',
  attributes: { text: '{\n  "type": "returns",\n  "language": "de"\n}', of: '0' },
  trial: {
    steps: [
      { since: 0, at: { filter: 'Returns', target: 1, queue: 'Returns German' } },
      { since: 30, at: { filter: 'Returns', target: 2, queue: 'Returns' } },
      { since: 300 },
    ],
    why: message('{filter} is the first filter that matches. {waiting}', {
      filter: 'Returns',
      waiting: message('Target {target} ends after {seconds} s.', { target: 1, seconds: 30 }),
    }),
    workers: ['Yuki Tanabe', 'Priya Raman', 'Liam Okafor'],
  },
  impact: {
    moves: [
      { sid: sid(0), from: 'Everyone', to: 'Returns German' },
      { sid: sid(1), from: 'Returns', to: 'Everyone' },
      { sid: sid(2), from: 'Returns' },
    ],
    ...{ count: 41, areMore: false },
  },
};

/** Shows what the test chooses; what is typed comes back, as from the extension. */
export class TryStandIn extends StandIn<TryState, TryMessage> {
  model = sampleModel;

  protected override stateAt(): TryState {
    return tryState(this.model);
  }

  protected override parse(posted: unknown): TryMessage | undefined {
    return parseTryMessage(posted);
  }

  protected override apply(posted: TryMessage): void {
    const { attributes } = this.model;
    if (posted.type === 'attributes')
      this.model = { ...this.model, attributes: { ...attributes, text: posted.text } };
    if (posted.type === 'channel') this.model = { ...this.model, channel: posted.channel };
    if (posted.type === 'pickTask')
      this.model = {
        ...this.model,
        attributes: { text: '{\n  "type": "filled"\n}', of: `${attributes.of}1` },
      };
  }
}
