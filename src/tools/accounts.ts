import * as z from 'zod';
import { accountOf, placeInput, shown, workspacesOf } from './places';
import { tool } from './tool';
import { ours, quoted } from './text';

export const listAccounts = tool({
  name: 'taskrouter_list_workspaces',
  toolReferenceName: 'taskrouterWorkspaces',
  title: 'List TaskRouter Workspaces',
  summary: 'Lists the accounts that are signed in, and the workspaces of one.',
  description:
    'Lists the Twilio accounts that are signed in, and the TaskRouter workspaces of one of them. Use it first when another tool says that there are several accounts or workspaces.',
  input: z.strictObject({ account: placeInput.account }),
  answer: async (input, call) => {
    const accounts = call.accounts.map(({ name, kind, environment, readOnly }) => ({
      ...{ name: quoted(name), kind: ours(kind), environment: ours(environment), readOnly },
    }));
    if (accounts.length > 1 && input.account === undefined) return { accounts };
    const workspaces = await workspacesOf(accountOf(call, input.account), {});
    return { accounts, workspaces: workspaces.map(shown) };
  },
});

export const requests = tool({
  name: 'taskrouter_requests',
  toolReferenceName: 'taskrouterRequests',
  title: 'Show TaskRouter Request Use',
  summary: 'Tells how many requests tools have made, and how many are left in this minute.',
  description:
    'Tells how many requests to Twilio the TaskRouter tools have made, and how many background requests the limit still allows in this minute. Use it when a tool is slow: requests above the limit wait.',
  input: z.strictObject({}),
  answer: (_, call) => {
    const { made, lastMinute, perMinute } = call.requests();
    const left =
      lastMinute === undefined || perMinute === undefined ? undefined : Math.max(0, perMinute - lastMinute);
    return Promise.resolve({
      madeByTools: made,
      lastMinute,
      limitPerMinute: perMinute,
      leftThisMinute: left,
    });
  },
});
