import fetch from 'node-fetch';
import type { Account, Way } from '../way';

interface Body {
  tasks: unknown[];
  meta: { next_page_url: string | null };
}

/** node-fetch and JSON.parse, with no check of anything: what reading costs at least with this engine. */
export function connect(account: Account): Way {
  const authorization =
    'Basic ' + Buffer.from(`${account.accountSid}:${account.authToken}`).toString('base64');
  const read = async (url: string) => {
    const response = await fetch(url, { headers: { Authorization: authorization } });
    return JSON.parse(await response.text()) as Body;
  };
  const tasks = `${account.url}/v1/Workspaces/${account.workspaceSid}/Tasks`;
  return {
    first: async () => (await read(`${tasks}?PageSize=50`)).tasks,
    async all() {
      const held: unknown[] = [];
      let next: string | null = `${tasks}?PageSize=1000`;
      while (next !== null) {
        const body: Body = await read(next);
        for (const task of body.tasks) held.push(task);
        next = body.meta.next_page_url;
      }
      return held;
    },
  };
}
