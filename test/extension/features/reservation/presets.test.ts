import { strict as assert } from 'node:assert';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Preset } from '../../../../src/extension/features/reservation/presets';
import {
  presetContent,
  presetSchema,
  presetsIn,
} from '../../../../src/extension/features/reservation/presets';
import type { NamedItems } from '../../../../src/extension/data/namedItems';
import { UnusableFileError } from '../../../../src/extension/data/smallFile';
import { callerDataIn } from '../../../../src/extension/features/reservation/callerData';
import type { Instruction } from '../../../../src/taskrouter/instructions';
import { instructionNamed, instructions } from '../../../../src/taskrouter/instructions';
import { calledAddresses } from '../../../calledAddresses';
import { FakeMemory } from '../../window';

/** A preset file, in memory. */
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

const inFile = (file: FakeFile) => presetsIn({ file });
const of = async (presets: NamedItems<Preset>, instruction: Preset['instruction']) =>
  (await presets.all()).filter((preset) => preset.instruction === instruction);

describe('presets', () => {
  for (const [where, make] of [
    ['the user', () => presetsIn({ memory: new FakeMemory() })],
    ['a folder', () => inFile(new FakeFile())],
  ] as const) {
    it(`of ${where} are saved, renamed, replaced and deleted, by instruction`, async () => {
      const presets = make();
      const names = async () => (await of(presets, 'conference')).map(({ name }) => name);
      assert.deepEqual(await names(), []);
      await presets.save(ringing);
      await presets.save({ ...ringing, name: 'Other' });
      await presets.save({ name: 'Ring long', instruction: 'reject', values: {} });
      assert.deepEqual(await of(presets, 'conference'), [ringing, { ...ringing, name: 'Other' }]);
      await presets.save({ ...ringing, values: { timeout: '9' } });
      assert.deepEqual((await of(presets, 'conference'))[0]!.values, { timeout: '9' });
      await presets.rename(ringing, 'Third');
      assert.deepEqual(await names(), ['Third', 'Other']);
      await presets.rename({ ...ringing, name: 'Third' }, 'Other');
      assert.deepEqual(await names(), ['Other']);
      await presets.remove({ ...ringing, name: 'Other' });
      assert.deepEqual(await names(), []);
      assert.equal((await of(presets, 'reject')).length, 1);
    });
  }

  it('are stored under the names of Twilio’s API', async () => {
    const file = new FakeFile();
    await inFile(file).save(ringing);
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

  it('contain no password, token or caller data, and say why', () => {
    const values = {
      to: 'client:ada',
      from: '+15550100150',
      timeout: '45',
      record: 'true',
      statusCallback: 'https://svc:Hunter2@hooks.example.com/cb',
      waitUrl: 'https://hooks.example.com/wait?lang=en',
      sipAuthPassword: 'horse',
      gone: 'x',
    };
    const attributes = JSON.stringify({ from: 'whatsapp:+15550100150', seconds: 45, flag: 'true' });
    assert.deepEqual(presetContent(instructionNamed('conference'), values, callerDataIn(attributes)), {
      values: {
        to: 'client:ada',
        timeout: '45',
        record: 'true',
        waitUrl: 'https://hooks.example.com/wait?lang=en',
      },
      leftOut: {
        From: { text: 'it comes from this task' },
        StatusCallback: { text: 'it contains a password or token' },
        SipAuthPassword: { text: 'it is a password' },
      },
    });
    const call = { redirectCallSid: `CA${'1'.repeat(32)}`, redirectAccept: 'true' };
    assert.deepEqual(presetContent(instructionNamed('redirect'), call, callerDataIn('{}')), {
      values: { redirectAccept: 'true' },
      leftOut: { RedirectCallSid: { text: 'it belongs to this task' } },
    });
  });

  for (const [to, shown] of calledAddresses)
    it(`${shown === to ? 'contain' : 'do not contain'} ${to}`, () => {
      const { values } = presetContent(instructionNamed('conference'), { to }, callerDataIn('{}'));
      assert.deepEqual(values, shown === to ? { to } : {});
    });

  it('hold nothing that does not fit its field, into which anything may have been pasted', () => {
    for (const instruction of instructions as readonly Instruction[])
      for (const { key, control } of instruction.fields.filter(
        (field) => !['text', 'url'].includes(field.control),
      ))
        for (const pasted of ['+15550100150', 'https://svc:Hunter2@hooks.example.com/cb', 'Rosa Hazel']) {
          const values = { [key]: control === 'choices' ? [pasted] : pasted };
          const { values: saved } = presetContent(instruction, values, callerDataIn('{}'));
          assert.deepEqual(saved, {}, `${instruction.name} ${key}`);
        }
  });

  it('of a file use only the parameters of the instruction', async () => {
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
    assert.deepEqual(await of(inFile(file), 'conference'), [
      {
        name: 'Mixed',
        instruction: 'conference',
        values: { to: 'client:ada', timeout: '30', record: 'true' },
      },
    ]);
    assert.equal(file.writes, 0);
  });

  it('do not change entries in the file that they cannot read', async () => {
    const strange = { name: 'From tomorrow', instruction: 'teleport', parameters: {} };
    const file = new FakeFile(fileOf(strange));
    await inFile(file).save(ringing);
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
      const presets = inFile(file);
      await assert.rejects(of(presets, 'conference'), UnusableFileError);
      await assert.rejects(presets.save(ringing), UnusableFileError);
      assert.equal(file.text, text);
    });
  }

  it('have a schema from the instruction table', () => {
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
