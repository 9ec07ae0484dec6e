import { l10n } from 'vscode';
import type { AnswerProblem } from '../../../callbacks/answer';
import { fieldOf } from '../../../callbacks/answer';
import type { Attempt } from '../../../callbacks/deliver';
import { signatureHeader } from '../../../callbacks/signature';
import type { AttemptView, BodyPiece, MistakeView, NameValue } from '../../../webview/callbacks/protocol';
import { localize } from '../../display/localize';
import { plain } from '../../display/safeText';

/** Characters of a body that the page shows. */
const maxShown = 8000;
const maxValue = 4000;

const number = (count: number) => count.toLocaleString('en');

/** `204 ms`. */
export const tookShort = (milliseconds: number): string =>
  l10n.t('{count} ms', { count: number(Math.round(milliseconds)) });

/** `1,204 of 5,000 ms`. */
const tookText = (milliseconds: number, limit: number): string =>
  l10n.t('{count} of {limit} ms', { count: number(Math.round(milliseconds)), limit: number(limit) });

export const partOf = (milliseconds: number, limit: number): number => Math.min(1, milliseconds / limit);

/** One request and what came back; `limit` is how many milliseconds Twilio waits. */
export function attemptView(
  attempt: Attempt,
  problems: readonly AnswerProblem[],
  limit: number,
): AttemptView {
  const { method, url, response, milliseconds, parameters } = attempt;
  const body = response?.body ?? '';
  const hasError = problems.some(({ severity }) => severity === 'error');
  return {
    heading: `${method} ${plain(withoutUser(url), 300)}`,
    status: statusText(attempt),
    statusTone: problems.some(isBeforeBody) ? 'not-done' : 'done',
    tone: hasError ? 'not-done' : problems.some(isWarning) ? 'unknown' : 'done',
    took: tookText(milliseconds, limit),
    part: partOf(milliseconds, limit),
    mistakes: problems.map(mistakeView),
    body: bodyPieces(body.slice(0, maxShown), problems),
    ...(body.length > maxShown && {
      cut: l10n.t('Only the first {count} characters are shown.', { count: number(maxShown) }),
    }),
    headers: namesAndValues(Object.entries(response?.headers ?? {})),
    parameters: namesAndValues(parameters),
    signature: signatureView(attempt),
  };
}

/** The body was not read. */
const isBeforeBody = ({ severity, part }: AnswerProblem) => severity === 'error' && part !== 'body';
const isWarning = ({ severity }: AnswerProblem) => severity === 'warning';

const namesAndValues = (entries: readonly (readonly [string, string])[]): NameValue[] =>
  entries.map(([name, value]) => ({ name: plain(name, 100), value: plain(value, maxValue) }));

/** As HTTP names them, in every language. */
const statusNames: Readonly<Record<number, string>> = {
  ...{ 200: 'OK', 201: 'Created', 202: 'Accepted', 204: 'No Content' },
  ...{ 301: 'Moved Permanently', 302: 'Found', 303: 'See Other' },
  ...{ 307: 'Temporary Redirect', 308: 'Permanent Redirect' },
  ...{ 400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found' },
  ...{ 405: 'Method Not Allowed', 415: 'Unsupported Media Type' },
  ...{ 500: 'Internal Server Error', 502: 'Bad Gateway', 503: 'Service Unavailable' },
};

/** `200 OK`, or what failed. */
export function statusText({ response, failure }: Attempt): string {
  if (!response) return failure === undefined ? '' : failureName(failure);
  return [response.status, statusNames[response.status]].filter(Boolean).join(' ');
}

function failureName(failure: NonNullable<Attempt['failure']>): string {
  switch (failure) {
    case 'timed out':
      return l10n.t('Timed out');
    case 'invalid URL':
    case 'not on this machine':
    case 'unknown name':
      return l10n.t('Not sent');
    case 'refused':
      return l10n.t('Refused');
    default:
      return l10n.t('No answer');
  }
}

function mistakeView(problem: AnswerProblem): MistakeView {
  const { severity, message, part, code } = problem;
  const places = {
    connection: l10n.t('connection'),
    status: l10n.t('status'),
    headers: l10n.t('headers'),
    body: plain(fieldOf(problem) ?? l10n.t('body'), 60),
  };
  return {
    severity,
    text: localize(message, (data) => plain(data, 200)),
    where: places[part],
    ...(code !== undefined && { alert: l10n.t('Alert {code}', { code }) }),
  };
}

/** The body in pieces: at each of its characters the narrowest mistake shows. A mistake of all of it marks nothing. */
export function bodyPieces(body: string, problems: readonly AnswerProblem[]): BodyPiece[] {
  const marks = problems
    .map(({ part, offset, length }, mistake) => ({ part, from: offset, to: offset + length, mistake }))
    .filter(({ part, from, to }) => part === 'body' && to > from && to - from < body.trim().length)
    .sort((one, other) => one.to - one.from - (other.to - other.from));
  const edges = [0, body.length, ...marks.flatMap(({ from, to }) => [from, to])]
    .map((edge) => Math.min(edge, body.length))
    .sort((one, other) => one - other);
  return [...new Set(edges)].slice(0, -1).map((from, i, all) => {
    const mark = marks.find((one) => one.from <= from && from < one.to);
    const text = visible(body.slice(from, all[i + 1] ?? body.length));
    return mark ? { text, mistake: mark.mistake } : { text };
  });
}

/** With its line breaks, and without what a terminal or a reader of right-to-left text would act on. */
const visible = (text: string) => text.replace(/[^\P{C}\n\t]/gu, '\u{fffd}');

function signatureView({ signature, signedUrl }: Attempt): NameValue[] {
  if (signature === undefined) return [];
  return [
    { name: signatureHeader, value: signature },
    { name: l10n.t('Signed URL'), value: plain(withoutUser(signedUrl), 500) },
  ];
}

/** A URL without its user name and password. */
export function withoutUser(url: string): string {
  const parsed = URL.parse(url);
  if (!parsed || !(parsed.username || parsed.password)) return url;
  parsed.username = '';
  parsed.password = '';
  return parsed.href;
}
