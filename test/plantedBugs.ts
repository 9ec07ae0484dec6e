/**
 * `npm run planted-bugs`, before a release and not in CI: plants bugs one at a time in a copy of this project,
 * and runs the tests that should catch each. A bug that none catches fails the run, and so does a test that fails
 * without one. `--only name` plants one.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

interface Bug {
  readonly name: string;
  readonly file: string;
  /** Text that occurs once in the file, and its replacement. */
  readonly from: string;
  readonly to: string;
  /** The test files that should catch it, or the part of `npm test`. */
  readonly tests: readonly string[] | 'host';
  /** Only tests whose names match. */
  readonly grep?: string;
}

const send = 'test/extension/actions/send.test.ts';
const client = 'test/taskrouter/client.test.ts';
const faults = 'test/safety/faults.test.ts';
const hostile = 'test/safety/hostileTaskRouter.test.ts';

const bugs: readonly Bug[] = [
  {
    name: 'retry a POST',
    file: 'src/taskrouter/requestSender.ts',
    from: "const last = request.method !== 'GET' || attempt === maxAttempts;",
    to: 'const last = attempt === maxAttempts;',
    tests: [client, send, faults],
  },
  {
    name: 'follow a redirect',
    file: 'src/taskrouter/requestSender.ts',
    from: "redirect: 'manual',",
    to: "redirect: 'follow' as 'manual',",
    tests: [client],
    grep: 'redirect',
  },
  {
    name: 'POST to another host',
    file: 'src/taskrouter/requestSender.ts',
    from: "(!otherHosts || method !== 'GET' || body !== undefined)",
    to: '!otherHosts',
    tests: ['test/taskrouter/callsAndAlerts.test.ts'],
  },
  {
    name: 'read calls and alerts without being allowed to',
    file: 'src/taskrouter/requestSender.ts',
    from: "(!otherHosts || method !== 'GET' || body !== undefined)",
    to: "(method !== 'GET' || body !== undefined)",
    tests: ['test/taskrouter/callsAndAlerts.test.ts'],
  },
  {
    name: 'send credentials to a host that a request names',
    file: 'src/taskrouter/origin.ts',
    from: 'if (host !== undefined && !otherHosts.includes(host)) {',
    to: "if (host === ('' as OtherHost)) {",
    tests: ['test/taskrouter/callsAndAlerts.test.ts'],
  },
  {
    name: 'follow next_page_url',
    file: 'src/taskrouter/pages.ts',
    from: 'if (url === null || !belongsTo(origin, url.origin) || url.pathname !== request.path) {',
    to: 'if (url === null) {',
    tests: ['test/taskrouter/origin.test.ts'],
    grep: 'the next page',
  },
  {
    name: 'clear rows on error',
    file: 'src/extension/data/store.ts',
    from: 'const sids = [...new Set([...(before?.sids ?? []), ...rows.map((row) => row.sid)])];',
    to: 'const sids: string[] = [];',
    tests: ['test/extension/data/store.test.ts', faults],
    grep: 'fail|error|half|read a list',
  },
  {
    name: 'a window-scoped setting',
    file: 'package.json',
    from: `window is not focused.%",
          "scope": "application"`,
    to: `window is not focused.%",
          "scope": "window"`,
    tests: 'host',
    grep: 'no setting that a folder',
  },
  {
    name: 'a markdown tooltip',
    file: 'src/extension/features/explorer/tree.ts',
    from: 'item.tooltip = appearance.tooltip;',
    to: 'item.tooltip = new vscode.MarkdownString(appearance.tooltip);',
    tests: 'host',
    grep: 'makes plain rows',
  },
  {
    name: 'innerHTML',
    file: 'src/webview/reservation/header.ts',
    from: '<h1>${reservation.task || texts.reservation}</h1>',
    to: '<h1 .innerHTML=${reservation.task || texts.reservation}></h1>',
    tests: ['test/safety/page.test.ts'],
  },
  {
    name: 'a secret in the log',
    file: 'src/taskrouter/requestSender.ts',
    from: 'path: request.path,',
    to: 'path: `${request.path} ${this.#authorization}`,',
    tests: [send, faults],
    grep: 'carries out|accept',
  },
  {
    name: 'no epoch check',
    file: 'src/extension/data/store.ts',
    from: 'if (signal.aborted || !this.isCurrent(request)) return;',
    to: '',
    tests: ['test/extension/data/store.test.ts'],
  },
  {
    name: 'double submit',
    file: 'src/extension/actions/sendOnce.ts',
    from: 'if (this.locked.has(lock)) {',
    to: 'if (false as boolean) {',
    tests: [send],
  },
  {
    name: 'a lock for each account',
    file: 'src/extension/actions/sendOnce.ts',
    from: '`${regionOf(account.origin)}/${update.lock}`',
    to: '`${account.id}/${update.lock}`',
    tests: [send],
    grep: 'locks',
  },
  {
    name: 'credentials to a host that ends like Twilio’s',
    file: 'src/taskrouter/origin.ts',
    from: 'twilioHost.test(url.hostname)',
    to: "url.hostname.endsWith('twilio.com')",
    tests: ['test/taskrouter/origin.test.ts'],
    grep: 'credentials go',
  },
  {
    name: 'requests after another window has signed out',
    file: 'src/extension/accounts/accounts.ts',
    from: 'return signal.aborted ? Promise.reject(new NotSentError()) : fetch(url, init);',
    to: 'return fetch(url, init);',
    tests: ['test/extension/accounts/accounts.test.ts'],
    grep: 'in two windows',
  },
  {
    name: 'secrets that a server repeats',
    file: 'src/taskrouter/redaction.ts',
    from: 'return patterns.mayOccurIn(text) ? patterns.redactAll(body) : body;',
    to: 'return body;',
    tests: ['test/safety/echo.test.ts'],
    grep: 'every text field',
  },
  {
    name: 'local credentials to a proxy',
    file: 'src/extension/data/networkFetch.ts',
    from: 'isLoopbackOrigin(new URL(url).origin)',
    to: "url.startsWith('http://localhost')",
    tests: 'host',
    grep: 'has a proxy',
  },
  {
    name: 'production without confirmation',
    file: 'src/extension/accounts/account.ts',
    from: 'account.confirmWrites === false && canTurnOffConfirmation(account)',
    to: 'account.confirmWrites === false',
    tests: ['test/extension/accounts/account.test.ts'],
  },
  {
    name: 'no deadline',
    file: 'src/taskrouter/requestSender.ts',
    from: 'const timer = setTimeout(() => ending.abort(timedOut), deadline);',
    to: 'const timer = setTimeout(() => undefined, deadline);',
    tests: [client, faults],
    grep: 'deadline|silence',
  },
  {
    name: 'a stale answer overwrites',
    file: 'src/extension/data/accountCache.ts',
    from: 'if (before && before.sequence > fresh.sequence) return false;',
    to: '',
    tests: ['test/extension/data/store.test.ts'],
  },
  {
    name: 'a modal that names another reservation',
    file: 'src/taskrouter/preparedUpdate.ts',
    from: '[label, factOf(sid, nameOf)]',
    to: '[label, factOf(sids[1], nameOf)]',
    tests: [hostile],
  },
  {
    name: 'a malformed field without a mark',
    file: 'src/extension/display/rows.ts',
    from: 'if (malformed.length === 0) return undefined;',
    to: 'if (malformed.length >= 0) return undefined;',
    tests: [hostile],
  },
  {
    name: 'a failure that shows as an empty list',
    file: 'src/extension/features/explorer/tree.ts',
    from: "if (state.error) rows.unshift(notice('failure'));",
    to: '',
    tests: [hostile],
  },
  {
    name: 'an outcome that nobody sees',
    file: 'src/extension/features/reservation/formSend.ts',
    from: 'return options.actions.show(outcome, {',
    to: 'return void (outcome, {',
    tests: 'host',
    grep: 'closed while the request was in flight',
  },
  {
    name: 'a worker who takes one task more than fits',
    file: 'src/routing/workers/candidates.ts',
    from: 'if (occupied >= capacity)',
    to: 'if (occupied > capacity)',
    tests: ['test/routing/candidates.test.ts'],
  },
  {
    name: 'a link in a notification',
    file: 'src/extension/display/notification.ts',
    from: 'show()(forMessage(text, 600), ...escaped)',
    to: 'show()(text, ...escaped)',
    tests: 'host',
    grep: 'shows names that the user gave as text',
  },
  {
    name: 'a link in the status bar',
    file: 'src/extension/display/notification.ts',
    from: '${forMessage(text, 400)}`',
    to: '${text}`',
    tests: [hostile],
  },
  {
    name: 'an outcome that only a closed form has',
    file: 'src/extension/features/reservation/openForm.ts',
    from: 'outcome !== this.sentOutcome || this.isOutcomeRead',
    to: 'outcome',
    tests: 'host',
    grep: 'has its outcome shown elsewhere',
  },
  {
    name: 'a target whose timeout does not count those before it',
    file: 'src/routing/workflow/router.ts',
    from: 'targets.slice(0, last + 1)',
    to: 'targets.slice(last, last + 1)',
    tests: ['test/routing/router.test.ts'],
  },
];

const root = path.resolve(__dirname, '..');
const { values: flags } = parseArgs({ options: { only: { type: 'string' } } });

/** The project without what is made; what is installed, and fetched for tests, is shared. */
function copyProject(): string {
  const copy = mkdtempSync(path.join(tmpdir(), 'planted-bugs-'));
  const made = ['node_modules', '.git', '.vscode-test', 'out'];
  cpSync(root, copy, {
    recursive: true,
    filter: (file) => !made.includes(path.relative(root, file).split(path.sep)[0]!),
  });
  for (const shared of ['node_modules', '.vscode-test'])
    if (existsSync(path.join(root, shared)))
      symlinkSync(path.join(root, shared), path.join(copy, shared), 'dir');
  return copy;
}

/** The names of the tests that failed; undefined when they could not be run. */
function failuresIn(copy: string, { tests, grep }: Bug): string[] | undefined {
  const tsx = ['--import', 'tsx'];
  const english = ['--require', './test/vscodeInNode.cjs'];
  const mocha = [...english, ...tsx, 'node_modules/mocha/bin/mocha.js', '--timeout', '10000', '--bail'];
  const only = grep === undefined ? [] : ['--grep', grep];
  const args =
    tests === 'host' ? [...tsx, 'test/run.ts', '--only', 'host', ...only] : [...mocha, ...only, ...tests];
  const { stdout, status } = spawnSync(process.execPath, args, {
    cwd: copy,
    encoding: 'utf8',
    timeout: 300_000,
    maxBuffer: 1 << 28,
    // Each of these is caught early: the others would only take time.
    env: { ...process.env, FUZZ: '100:1' },
  });
  const failing = [...stdout.matchAll(/^(?:.* │)? +\d+\) (.+)$/gm)].map(([, name]) => name!);
  const ran = /(\d+) passing/.exec(stdout);
  if (status === 0) return ran && ran[1] !== '0' ? [] : undefined;
  return failing.length ? failing : undefined;
}

function plant(copy: string, bug: Bug): string {
  const file = path.join(copy, bug.file);
  const text = readFileSync(file, 'utf8');
  if (text.split(bug.from).length !== 2)
    return 'NOT PLANTED: the text that it replaces does not occur exactly once';
  const clean = failuresIn(copy, bug);
  if (clean?.length !== 0) return `NOT KNOWN: without it ${clean?.[0] ?? 'nothing ran'} fails as well`;
  writeFileSync(
    file,
    text.replace(bug.from, () => bug.to),
  );
  try {
    const failures = failuresIn(copy, bug);
    if (failures === undefined) return 'NOT KNOWN: the tests did not run';
    return failures.length ? `caught by “${failures[0]}”` : 'NOT CAUGHT';
  } finally {
    writeFileSync(file, text);
  }
}

const copy = copyProject();
try {
  for (const bug of bugs) {
    if (flags.only && bug.name !== flags.only) continue;
    const end = plant(copy, bug);
    console.log(`${bug.name}: ${end}`);
    if (!end.startsWith('caught')) process.exitCode = 1;
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
