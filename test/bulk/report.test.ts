import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import type { RowState, RunRecord } from '../../src/bulk/journal';
import { firstStates, lineText, readJournal } from '../../src/bulk/journal';
import { reportCsv, reportJson } from '../../src/bulk/report';
import { hostile } from '../safety/hostile';
import { sequences } from '../sequences';

const sids = (i: number) => [`WS${'1'.repeat(32)}`, `WT${String(i).padStart(32, '0')}`];

const workspaces = new Map([[sids(0)[0]!, '=Contact Center']]);

function recordOf(names: readonly string[], ending?: (i: number) => RowState): RunRecord {
  const run: RunRecord['run'] = {
    ...{ id: '1', accountId: 'one', accountName: '=1+1', origin: 'https://taskrouter.twilio.com' },
    ...{ kind: 'twilio', environment: 'production', title: 'Cancel Tasks', startedAt: 0 },
    action: { kind: 'cancel', reason: '=1+1' },
    rows: names.map((name, i) => ({ sids: sids(i), name, shown: { sid: sids(i)[1]! } })),
  };
  return { run, rows: ending ? names.map((_name, i) => ending(i)) : firstStates(run) };
}

/** The cells of a CSV file, as RFC 4180 has them. */
function cellsOf(csv: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, bare, end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    rows.at(-1)!.push(quoted === undefined ? bare! : quoted.replaceAll('""', '"'));
    if (end === '\r\n') rows.push([]);
  }
  return rows.slice(0, -1);
}

/** What spreadsheets take for a formula, as OWASP lists it, and after what they skip. */
const isFormula = (cell: string) => /^[\s\0]*[=+\-@\uff1d\uff0b\uff0d\uff20]/u.test(cell);

describe('the report of a bulk run', () => {
  const names = [
    '=HYPERLINK("https://evil.example","x")',
    '+1 555 0100',
    "-2+3+cmd|' /C calc'!A0",
    '@SUM(1+9)',
    '\t=1+1',
    '\r=1+1',
    ' \u200b=1+1',
    '"=1+1',
    '"\r\n=1+1,"',
    '＝1+1',
    'a\r\n=1+1',
    ...hostile.map(({ text }) => text),
  ];

  it('has no formula in CSV, whatever rows are called', () => {
    const cells = cellsOf(reportCsv(recordOf(names), workspaces).replace('\ufeff', ''));
    assert.equal(cells.length, names.length + 1);
    assert.deepEqual(
      cells.slice(0, 2).map((row) => row.slice(9)),
      [
        ['AssignmentStatus', 'Reason'],
        ['canceled', "'=1+1"],
      ],
    );
    for (const row of cells) {
      assert.equal(row.length, 11);
      for (const cell of row) assert.ok(!isFormula(cell), JSON.stringify(cell));
    }
  });

  it('has one line of eleven cells for each row in CSV, for any text', () =>
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), (texts) => {
        const ending = (i: number): RowState => ({
          phase: 'ended',
          ending: { kind: 'unknown', text: texts[i]!, requestId: texts[i]! },
        });
        const cells = cellsOf(reportCsv(recordOf(texts, ending), workspaces).replace('\ufeff', ''));
        assert.deepEqual(new Set(cells.map((row) => row.length)), new Set([11]));
        assert.equal(cells.length, texts.length + 1);
        for (const cell of cells.flat()) assert.ok(!isFormula(cell), JSON.stringify(cell));
      }),
      sequences(),
    ));

  it('has every row with its request and outcome in JSON', () => {
    const ending = (i: number): RowState =>
      i === 0
        ? { phase: 'waiting' }
        : {
            phase: 'ended',
            sentAt: 1000,
            ending: { kind: 'done', text: 'Task canceled.', requestId: 'RQ1', status: 200 },
          };
    const { rows, parameters } = JSON.parse(reportJson(recordOf(['a', 'b'], ending), workspaces)) as {
      rows: object[];
      parameters: object;
    };
    assert.deepEqual(parameters, { AssignmentStatus: 'canceled', Reason: '=1+1' });
    const [workspaceSid] = sids(0);
    assert.deepEqual(rows, [
      {
        ...{ sid: sids(0)[1], workspaceSid, workspace: '=Contact Center', name: 'a', outcome: 'waiting' },
        ...{ detail: '', requestId: '', status: '', sentAt: '' },
      },
      {
        ...{
          sid: sids(1)[1],
          workspaceSid,
          workspace: '=Contact Center',
          name: 'b',
          outcome: 'done',
          detail: 'Task canceled.',
        },
        ...{ requestId: 'RQ1', status: 200, sentAt: '1970-01-01T00:00:01.000Z' },
      },
    ]);
  });
});

describe('the journal of a bulk run', () => {
  it('is read up to where a kill has torn it, at any byte', () => {
    const { run } = recordOf(['a', 'b', 'c']);
    const lines = [
      { type: 'planned', run },
      { type: 'sending', row: 0, at: 1 },
      { type: 'ended', row: 0, ending: { kind: 'done', text: 'Task canceled.' } },
      { type: 'sending', row: 1, at: 2 },
    ] as const;
    const texts = lines.map(lineText);
    const whole = texts.join('');
    const phases = ['waiting', 'sending', 'ended'];
    for (let length = texts[0]!.length; length <= whole.length; length++) {
      // The next session appends after whatever is there.
      const torn =
        whole.slice(0, length) +
        lineText({ type: 'stopped', ending: { kind: 'not done', text: 'Not sent.' } });
      const { rows } = readJournal(torn)!;
      const [first, second, third] = rows.map(({ phase }) => phase);
      const written = (count: number) => length >= texts.slice(0, count).join('').length;
      assert.equal(first, written(2) && !written(3) ? 'sending' : 'ended');
      assert.equal(second, written(4) ? 'sending' : 'ended');
      assert.equal(third, 'ended');
      assert.ok(phases.includes(first));
    }
  });

  it('is none without its first line', () => {
    for (const text of ['', '\n{"type":"sen', lineText({ type: 'sending', row: 0, at: 1 }), '\0\0\0'])
      assert.equal(readJournal(text), undefined);
  });
});
