import { strict as assert } from 'node:assert';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Preset } from '../../../../src/extension/features/reservation/presets';
import {
  PresetFileError,
  Presets,
  presetSchema,
  presetValues,
} from '../../../../src/extension/features/reservation/presets';
import { instructionNamed } from '../../../../src/taskrouter/instructions';
import { FakeMemory } from '../../window';

/** The workspace's file, in memory. */
class FakeFile {
  writes = 0;
  constructor(public text?: string) {}
  read = () => Promise.resolve(this.text);
  write = (text: string) => {
    this.writes++;
    this.text = text;
    return Promise.resolve();
  };
}

const ringing: Preset = {
  name: 'Ring long',
  instruction: 'conference',
  values: { timeout: '120', statusCallbackEvent: ['ringing'], record: 'true' },
};
const fileOf = (...presets: unknown[]) => JSON.stringify({ presets });

describe('presets', () => {
  for (const place of ['user', 'workspace'] as const) {
    it(`of the ${place} are kept, renamed, replaced and deleted, by instruction`, async () => {
      const presets = new Presets(new FakeMemory(), new FakeFile());
      const names = async () => (await presets.of(place, 'conference')).map(({ name }) => name);
      assert.deepEqual(await names(), []);
      await presets.save(place, ringing);
      await presets.save(place, { ...ringing, name: 'Other' });
      await presets.save(place, { name: 'Ring long', instruction: 'reject', values: {} });
      assert.deepEqual(await presets.of(place, 'conference'), [ringing, { ...ringing, name: 'Other' }]);
      await presets.save(place, { ...ringing, values: { timeout: '9' } });
      assert.deepEqual((await presets.of(place, 'conference'))[0]!.values, { timeout: '9' });
      await presets.rename(place, ringing, 'Third');
      assert.deepEqual(await names(), ['Third', 'Other']);
      await presets.rename(place, { ...ringing, name: 'Third' }, 'Other');
      assert.deepEqual(await names(), ['Other']);
      await presets.remove(place, { ...ringing, name: 'Other' });
      assert.deepEqual(await names(), []);
      assert.equal((await presets.of(place, 'reject')).length, 1);
      assert.deepEqual(await presets.of(place === 'user' ? 'workspace' : 'user', 'reject'), []);
    });
  }

  it('are written under the names of Twilio’s API', async () => {
    const file = new FakeFile();
    await new Presets(new FakeMemory(), file).save('workspace', ringing);
    assert.deepEqual(JSON.parse(file.text!), {
      presets: [
        {
          name: 'Ring long',
          instruction: 'conference',
          parameters: { Timeout: '120', StatusCallbackEvent: ['ringing'], Record: 'true' },
        },
      ],
    });
  });

  it('hold no password, and nothing that stands in the task', () => {
    const isCallerData = (value: string) => value === '+15550100150';
    const values = { to: 'client:ada', from: '+15550100150', sipAuthPassword: 'horse', gone: 'x' };
    assert.deepEqual(presetValues(instructionNamed('conference'), values, isCallerData), {
      to: 'client:ada',
    });
    const call = { redirectCallSid: `CA${'1'.repeat(32)}`, redirectAccept: 'true' };
    assert.deepEqual(
      presetValues(instructionNamed('redirect'), call, () => false),
      {
        redirectAccept: 'true',
      },
    );
  });

  it('of a file take from it what the instruction has, and nothing else', async () => {
    const file = new FakeFile(
      fileOf(
        {
          name: 'Mixed',
          instruction: 'conference',
          parameters: {
            To: 'client:ada',
            Timeout: 30,
            Record: true,
            Muted: ['true'],
            StatusCallbackEvent: 'ringing',
            ConferenceStatusCallbackEvent: [],
            SipAuthPassword: 'horse',
            Instruction: 'supervise',
            ReservationStatus: 'completed',
            constructor: 'x',
          },
        },
        { name: 'Bad', instruction: 'delete', parameters: {} },
        { name: '', instruction: 'conference', parameters: {} },
        { name: 'Deep', instruction: 'conference', parameters: { To: { toString: 'x' } } },
        { name: 'Long', instruction: 'conference', parameters: { To: 'x'.repeat(5000) } },
        'text',
        null,
      ),
    );
    const presets = new Presets(new FakeMemory(), file);
    assert.deepEqual(await presets.of('workspace', 'conference'), [
      {
        name: 'Mixed',
        instruction: 'conference',
        values: { to: 'client:ada', timeout: '30', record: 'true' },
      },
    ]);
    assert.equal(file.writes, 0);
  });

  it('leave what they cannot read in the file as it is', async () => {
    const strange = { name: 'From tomorrow', instruction: 'teleport', parameters: {} };
    const file = new FakeFile(fileOf(strange));
    await new Presets(new FakeMemory(), file).save('workspace', ringing);
    const { presets } = JSON.parse(file.text!) as { presets: unknown[] };
    assert.deepEqual(presets[0], strange);
    assert.equal(presets.length, 2);
  });

  for (const [what, text] of [
    ['is no JSON', '{'],
    ['is something else', '{"presets":{}}'],
    ['is huge', fileOf('x'.repeat(300_000))],
    ['has too many', fileOf(...Array.from({ length: 201 }, () => null))],
  ] as const) {
    it(`of a file that ${what} are not used, and the file is not written`, async () => {
      const file = new FakeFile(text);
      const presets = new Presets(new FakeMemory(), file);
      await assert.rejects(presets.of('workspace', 'conference'), PresetFileError);
      await assert.rejects(presets.save('workspace', ringing), PresetFileError);
      assert.equal(file.text, text);
      await presets.save('user', ringing);
      assert.equal((await presets.of('user', 'conference')).length, 1);
    });
  }

  it('have a schema that is the instruction table’s', () => {
    // From here, or from out/ when it runs inside VS Code.
    const up = __dirname.includes(`${path.sep}out${path.sep}`) ? '../../../../..' : '../../../..';
    const file = path.resolve(__dirname, up, 'media/taskrouter-presets.schema.json');
    const schema = `${JSON.stringify(presetSchema(), null, 2)}\n`;
    if (process.env.UPDATE_SCHEMA) writeFileSync(file, schema);
    assert.deepEqual(
      JSON.parse(readFileSync(file, 'utf8')),
      JSON.parse(schema),
      'run it with UPDATE_SCHEMA=1',
    );
    assert.ok(!schema.includes('SipAuthPassword'));
  });
});
