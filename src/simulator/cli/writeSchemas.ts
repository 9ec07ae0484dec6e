/** `npm run schemas`: writes the JSON schemas that editors use for scenario and fault files. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { schemas } from '../scenarios/jsonSchemas';

const folder = path.resolve(__dirname, '../../../media/schemas');
mkdirSync(folder, { recursive: true });
for (const [name, make] of Object.entries(schemas)) {
  writeFileSync(path.join(folder, `${name}.schema.json`), `${JSON.stringify(make(), null, 2)}\n`);
}
