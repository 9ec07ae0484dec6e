import { l10n } from 'vscode';
import type { WorkspaceTarget } from '../../../callbacks/deliver';
import type { CallbacksTexts } from '../../../webview/callbacks/protocol';
import type { Account } from '../../accounts/account';
import { sharedTexts } from '../../display/pageTexts';
import type { BenchCalls } from './benchCalls';

interface BenchStatus {
  readonly deliveringTo: WorkspaceTarget | undefined;
  /** The window was reloaded, and nothing was received since. */
  readonly isRestored: boolean;
  readonly calls: Pick<BenchCalls, 'filter'>;
}

/** What the page says while its list is empty. */
function emptyTexts(
  kind: Account['kind'],
  { deliveringTo, isRestored, calls: { filter } }: BenchStatus,
): Pick<CallbacksTexts, 'empty' | 'emptyHelp'> {
  if (filter === 'event')
    return {
      empty: l10n.t('No event callbacks yet'),
      emptyHelp: l10n.t('While delivering, the events of this workspace are sent to the event callback URL.'),
    };
  if (filter === 'status')
    return {
      empty: l10n.t('No status callbacks yet'),
      emptyHelp: l10n.t(
        'While delivering, they are sent to the URLs on this machine that your application’s instructions name.',
      ),
    };
  if (deliveringTo)
    return {
      empty: l10n.t('Waiting for the next assignment'),
      emptyHelp: l10n.t(
        'It is sent to your application as soon as TaskRouter makes a reservation. To have one now, choose Create Task…, or Replay Assignment to localhost… on a reservation.',
      ),
    };
  return {
    empty: isRestored
      ? l10n.t('No callbacks since the window was reloaded. Earlier ones were not saved.')
      : l10n.t('No callbacks yet'),
    emptyHelp:
      kind === 'simulated'
        ? l10n.t(
            'Start delivering, or choose Replay Assignment to localhost… on a reservation to send its callback to your application.',
          )
        : l10n.t(
            'Choose Replay Assignment to localhost… on a reservation to send its callback to your application.',
          ),
  };
}

/** The texts of the page that do not depend on its callbacks. */
export const benchTexts = ({ kind }: Pick<Account, 'kind'>, bench: BenchStatus): CallbacksTexts => ({
  ...sharedTexts(),
  alsoFallback:
    kind === 'simulated' ? l10n.t('Fallback, signature, and events') : l10n.t('Fallback and signed URLs'),
  attributes: l10n.t('Task attributes (JSON)'),
  body: l10n.t('Body'),
  callback: l10n.t('Callback of {name}: {result}'),
  callbacks: l10n.t('Callbacks'),
  cancel: l10n.t('Cancel'),
  clear: l10n.t('Clear'),
  copyCurl: l10n.t('Copy as curl'),
  copyToken: l10n.t('Copy Auth Token'),
  copyOutput: l10n.t('Copy Expected Output'),
  ...emptyTexts(kind, bench),
  heading: l10n.t('Callback Bench'),
  headers: l10n.t('Response headers'),
  loadingRow: l10n.t('Loading…'),
  mistakes: l10n.t('Mistakes'),
  noBody: l10n.t('The body is empty.'),
  openForm: l10n.t('Open in Form'),
  parameters: l10n.t('Request parameters'),
  replay: l10n.t('Replay…'),
  replayBadge: l10n.t('Replay'),
  replayHeading: l10n.t('Replay this assignment'),
  saveRecording: l10n.t('Save as Recording…'),
  send: l10n.t('Send to localhost'),
  show: l10n.t('Show'),
  signature: l10n.t('Signature'),
  start: l10n.t('Start Delivering'),
  stop: l10n.t('Stop Delivering'),
  tookLabel: l10n.t('Answered after {took}'),
});
