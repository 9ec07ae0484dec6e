import { strict as assert } from 'node:assert';
import type { LiveStatus } from '../../../../src/extension/features/live/liveMessage';
import { failuresText, failureText, messageFor } from '../../../../src/extension/features/live/liveMessage';
import { workspaceSid } from './stage';

const neverRead = {
  ...{ accountId: 'a', workspaceSid, name: 'Desk', failureId: 'failure' },
  ...{ loading: 0, nextUnread: Infinity, partialLists: 0 },
};
const desk = { ...neverRead, readAt: 0 };
const partial = { ...desk, partialLists: 1 };
const failed = { ...neverRead, error: new Error('HTTP 503') };
const status: LiveStatus = {
  isSignedIn: true,
  interval: 10_000,
  isFocused: true,
  workspaces: [desk],
  isListing: false,
  hasFailed: false,
  progress: { loaded: 4, total: 4 },
  pending: 3,
  expired: 0,
  inProgress: 1,
  unconfirmed: 0,
  used: 12,
  limit: 60,
  now: 0,
};

describe('the message of the live view', () => {
  for (const [change, text] of [
    [{}, /^3 pending, 1 in progress\. 12 of 60 requests in the last minute\.$/],
    [{ used: 60 }, /^3 pending, 1 in progress\. 60 of 60 requests in the last minute\.$/],
    [
      { used: 60, unconfirmed: 4 },
      /^3 pending, 1 in progress; 4 of 4 not confirmed yet\. Confirming takes long at 60 requests\/min\. The settings allow up to 600\.$/,
    ],
    [
      { used: 600, limit: 600, unconfirmed: 4 },
      /4 of 4 not confirmed yet\. 600 of 600 requests in the last minute\.$/,
    ],
    [{ isSignedIn: false }, undefined],
    [{ pending: 0, inProgress: 0 }, /^Desk has no open reservations\./],
    [{ pending: 0, expired: 2, inProgress: 0 }, /^2 probably expired\. 12 of 60/],
    [{ unconfirmed: 2 }, /^3 pending, 1 in progress; 2 of 4 not confirmed yet\. 12 of 60/],
    [{ limit: undefined, used: 0 }, /^3 pending, 1 in progress\.$/],
    [
      { limit: undefined, progress: { loaded: 4, total: 5 } },
      /^3 pending, 1 in progress\. Loading 4 of 5 reservations\.$/,
    ],
    [{ interval: 0 }, /^3 pending, 1 in progress\. Automatic refresh is off .* As of /],
    [
      { interval: 0, progress: { loaded: 41, total: 451 } },
      /^41 of 451 reservations loaded\. Automatic refresh is off .* As of /,
    ],
    [
      { interval: 0, workspaces: [desk, neverRead], progress: { loaded: 4, total: undefined } },
      /^Not all reservations are loaded: 4 so far\. Automatic refresh is off .* As of /,
    ],
    [{ interval: 0, workspaces: [neverRead] }, /^Automatic refresh is off \([^)]*\)\. Refresh to update\.$/],
    [{ interval: 0, workspaces: [], isListing: true }, /^Automatic refresh is off /],
    [{ isFocused: false }, /^Paused while this window is not focused\. As of /],
    [{ pause: { until: 5000 } }, /^Twilio asked for a pause\. Updates resume at /],
    [
      { pause: { until: 5000, of: ['Acme EU'] } },
      /^3 pending, 1 in progress\. .* Acme EU: Twilio asked for a pause until .*\.$/,
    ],
    [
      { progress: { loaded: 41, total: 451 } },
      /^3 pending, 1 in progress\. Loading 41 of 451 reservations \(limit: 60 requests\/min\)\.$/,
    ],
    [
      { workspaces: [{ ...desk, areEventsUnreadable: true }] },
      /^3 pending, 1 in progress\. Events of Desk are unavailable or incomplete: .*\. 12 of 60/,
    ],
    [
      { workspaces: [{ ...desk, areEventsUnreadable: true }], progress: { loaded: 41, total: 451 } },
      /^3 pending, 1 in progress\. Loading 41 of 451 .*\. Events of Desk are unavailable or incomplete: offers can be missing or outdated\.$/,
    ],
    [{ workspaces: [] }, /^No workspace is watched\./],
    [{ workspaces: [], isListing: true }, /^Loading workspaces…$/],
    [{ workspaces: [], hasFailed: true }, /^12 of 60 requests in the last minute\.$/],
    [
      { workspaces: [desk, failed], hasFailed: true, pending: 0, inProgress: 0 },
      /^Desk has no open reservations\. 12 of 60/,
    ],
    [
      { workspaces: [failed], hasFailed: true, progress: { loaded: 0, total: 0 } },
      /^12 of 60 requests in the last minute\.$/,
    ],
    [
      { workspaces: [partial], pending: 1, inProgress: 0 },
      /^1 pending\. Desk: 1 list could not be read completely, so reservations may be missing\. 12 of 60/,
    ],
    [
      { workspaces: [partial], pending: 0, inProgress: 0 },
      /^Desk: 1 list could not be read completely, so reservations may be missing\. 12 of 60/,
    ],
    [
      { workspaces: [desk, { ...partial, name: 'Night' }], pending: 0, inProgress: 0 },
      /^Night: 1 list could not be read/,
    ],
    [
      { workspaces: [partial, { ...partial, partialLists: 2 }] },
      /^3 pending, 1 in progress\. 3 lists in 2 workspaces could not be read completely, so reserv/,
    ],
    [
      { workspaces: [{ ...partial, partialLists: 2 }], progress: { loaded: 4, total: 9 } },
      /^3 pending, 1 in progress\. Loading 4 of 9 reservations \(limit: 60 requests\/min\)\. Desk: 2 lists could not be read/,
    ],
    [
      { pending: 0, inProgress: 0, progress: { loaded: 0, total: 3 } },
      /^Loading 0 of 3 reservations \(limit/,
    ],
    [{ workspaces: [neverRead], progress: { loaded: 0, total: undefined } }, /^Loading reservations…$/],
    [
      { workspaces: [desk, neverRead], progress: { loaded: 4, total: undefined } },
      /^3 pending, 1 in progress\. Loading reservations: 4 so far \(limit/,
    ],
  ] as const) {
    it(`is ${text ? String(text) : 'empty'}`, () => {
      const message = messageFor({ ...status, ...change });
      if (text) assert.match(message ?? '', text);
      else assert.equal(message, undefined);
    });
  }
});

describe('what could not be read is named and counted', () => {
  const account = { id: '1', accountId: 'a', error: new Error('HTTP 503') };
  const workspace = { ...account, workspace: 'Desk' };
  const partialWorkspace = { id: '2', accountId: 'a', workspace: 'Night', partialLists: 2 };
  const partialAccount = { id: '3', accountId: 'b', partialLists: 1 };
  const place = (of: { accountId: string; workspace?: string }) => of.workspace ?? of.accountId;

  for (const [failures, text] of [
    [[account], 'a could not be read'],
    [[workspace], 'Desk could not be read'],
    [[partialWorkspace], 'Night could not be read completely'],
    [[account, account], '2 accounts could not be read'],
    [[workspace, workspace, partialWorkspace], '3 workspaces could not be read'],
    [[partialWorkspace, partialWorkspace], '2 workspaces could not be read completely'],
    [[account, workspace], '1 account and 1 workspace could not be read'],
    [[account, workspace, account, workspace, workspace], '2 accounts and 3 workspaces could not be read'],
    [[partialAccount, partialWorkspace], '1 account and 1 workspace could not be read completely'],
  ] as const)
    it(`as “${text}”`, () => assert.equal(failuresText(failures, place), text));

  for (const [failure, text] of [
    [partialWorkspace, 'Night: 2 lists could not be read completely, so reservations may be missing.'],
    [partialAccount, 'b: The list of workspaces could not be read completely, so workspaces may be missing.'],
  ] as const)
    it(`in a row as “${text}”`, () => assert.equal(failureText(place(failure), failure, 0), text));
});
