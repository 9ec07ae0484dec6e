/**
 * `npm run bench`: what the extension costs, side by side with npm twilio and with a bare fetch that checks
 * nothing. Every pair runs in turns; a ratio is the median of the ratios of its pairs. It always ends well:
 * a figure that misses its aim is something to look into, on a machine that has nothing else to do.
 *
 * `npm run bench -- simulator form` runs these parts only.
 */
import os from 'node:os';
import { bulk } from './bulk';
import { buildWays, makeScratch } from './bundles';
import type { Ways } from './bundles';
import { callbacks } from './callbacks';
import { table } from './figures';
import { filtering } from './filtering';
import { live } from './live';
import { reading } from './reading';
import { headline, shipped } from './shipped';
import { simulator } from './simulator';
import { tablePage } from './tablePage';
import { taskPage } from './taskPage';
import { formInVsCode } from './vscode/form';
import { nodeInVsCode } from './vscode/node100k';
import { editedWorkflow } from './workflow';

const parts: Readonly<Record<string, (ways: Ways, folder: string) => Promise<void> | void>> = {
  reading: (ways) => reading(ways, tell),
  filter: (ways) => filtering(ways, tell),
  live: async () => tell(table('Live reservations, over virtual hours (value: as named)', await live())),
  ships: async (ways, folder) => tell(table('What ships', await shipped(tell, folder, ways.activation))),
  simulator: async (_ways, folder) => tell(table('The simulator', await simulator(tell, folder))),
  tree: async () => tell(table('A node of 100,000 tasks in the real tree', await nodeInVsCode())),
  task: async () => tell(table('The page of a task among 5,000 workers', await taskPage())),
  table: async () => tell(table('The table of 100,000 tasks', await tablePage())),
  bulk: async () => tell(table('Bulk runs, over virtual time', await bulk())),
  callbacks: async () => tell(table('Callbacks to an application on this machine', await callbacks())),
  workflow: async () => tell(table('A workflow of 1 MB that is edited', await editedWorkflow())),
  form: () => tell(table('The form in the real webview', formInVsCode())),
};

async function main(chosen: readonly string[]): Promise<void> {
  const unknown = chosen.find((name) => !(name in parts));
  if (unknown !== undefined) {
    throw new Error(
      `There is no part "${unknown}" of the bench; there are ${Object.keys(parts).join(', ')}.`,
    );
  }
  tell(
    `${headline()}, Node ${process.version}, ${os.cpus().length} cores, load ${os.loadavg()[0]!.toFixed(1)}`,
  );
  tell('building');
  const scratch = makeScratch();
  process.once('exit', scratch.remove);
  process.once('SIGINT', () => process.exit());
  const ways = await buildWays(scratch.folder);
  for (const [name, part] of Object.entries(parts)) {
    if (chosen.length > 0 && !chosen.includes(name)) continue;
    tell(`  ${name} …`);
    await part(ways, scratch.folder);
  }
}

const tell = (text: string) => console.log(text);

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
