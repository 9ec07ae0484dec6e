import { Page } from '../shared/page';
import type { StateMessage } from '../shared/protocol';
import { maxPostedLength } from '../shared/protocol';
import type { TryMemory, TryMessage, TryState } from './protocol';
import { renderPage } from './view';

const page = new Page<TryState, TryMessage, TryMemory>({
  newMemory: () => ({}),
  received,
  render: ({ state }) => ({ template: renderPage(state, typedIn(state), on) }),
  submit: () => undefined,
  focusFallback: () => document.querySelector<HTMLElement>('#attributes'),
});

/** What was typed since the extension filled in the attributes. */
let typed: { readonly of: string; readonly text: string } | undefined;

const typedIn = ({ attributes }: TryState) => (typed?.of === attributes.of ? typed.text : attributes.text);

function received({ state }: StateMessage<TryState>, previous: StateMessage<TryState> | undefined): void {
  const news = ({ refusal, failure, result, impact }: TryState) =>
    [failure, refusal, result?.headline, impact?.text].filter(Boolean).join(' ');
  if (previous && news(state) !== news(previous.state)) page.announce(news(state));
}

const on = {
  refresh: () => page.post({ type: 'refresh' }),
  attributes(value: string) {
    const text = value.slice(0, maxPostedLength);
    typed = { of: page.received!.state.attributes.of, text };
    page.post({ type: 'attributes', text });
  },
  channel: (channel: string) => page.post({ type: 'channel', channel }),
  pickTask: () => page.post({ type: 'pickTask' }),
};
export type PageEvents = typeof on;

page.start();
