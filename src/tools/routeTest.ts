import * as z from 'zod';
import { InvalidFileError } from '../jsonFile';
import { openRouteTests } from '../routes/check';
import { RouteFile } from '../routes/file';
import { tool, ToolError } from './tool';
import { ours, quoted, sentence } from './text';

export const routeTest = tool({
  name: 'taskrouter_run_route_test',
  toolReferenceName: 'taskrouterRouteTest',
  title: 'Run a TaskRouter Routing Test',
  summary: 'Computes where tasks would go in a workflow, and compares that with what is expected.',
  description:
    'Runs routing tests: computes on this machine where tasks would go in a workflow of Twilio TaskRouter, by its filters, targets, timeouts and workers, and compares that with what is expected. Nothing is read from the account or sent. Use it to try a change of a workflow before somebody makes it. To learn where a task goes, expect something and read the difference.',
  input: z.strictObject({
    routes: RouteFile.omit({ $schema: true }).extend({
      workflow: z
        .record(z.string(), z.unknown())
        .describe('The configuration ({"task_routing": …}), with queues by their names or SIDs.'),
    }),
  }),
  answer: async ({ routes }) => {
    const text = JSON.stringify(routes, null, 1);
    const noFile = () => Promise.reject(new ToolError(ours('The workflow must be an object, not a path.')));
    const { tests } = await openRouteTests({ name: 'routes', text }, noFile).catch((error: unknown) => {
      if (!(error instanceof InvalidFileError)) throw error;
      throw new ToolError({ reason: ours('The tests cannot be run.'), problem: quoted(error.message, 600) });
    });
    const results = tests.map(({ name, check }) => ({ name, differences: check() }));
    return {
      tests: results.length,
      failed: results.filter(({ differences }) => differences.length > 0).length,
      results: results.map(({ name, differences }) => ({
        name: quoted(name, 100),
        passes: differences.length === 0,
        differences: differences.map(({ message }) => sentence(message)),
      })),
    };
  },
});
