import twilio from 'twilio';
import type { Account, Way } from '../way';

export const listed: unknown[] = [];

/** npm twilio as its readers are told to use it, its requests turned to this machine. */
export function connect(account: Account): Way {
  const httpClient = new twilio.RequestClient();
  const send = httpClient.request.bind(httpClient);
  httpClient.request = (options) =>
    send({ ...options, uri: options.uri.replace('https://taskrouter.twilio.com', account.url) });
  const { taskrouter } = twilio(account.accountSid, account.authToken, { httpClient });
  const { tasks } = taskrouter.v1.workspaces(account.workspaceSid);
  const held = new Map<string, unknown>();
  return {
    first: async () => (await tasks.page({ pageSize: 50 })).instances,
    all: () => tasks.list({ pageSize: 1000 }),
    async filter() {
      const all = await tasks.list({ pageSize: 1000 });
      listed.push(all);
      return all.filter(({ attributes }) =>
        (JSON.parse(attributes) as { order: string }).order.includes(account.sought),
      );
    },
    async refresh() {
      const fresh = await tasks.list({ pageSize: 1000 });
      held.clear();
      for (const task of fresh) held.set(task.sid, task);
      return [...held.values()];
    },
  };
}
