import { l10n } from 'vscode';
import type { Finding, Question, Questions } from '../../../explanation/questions';
import { compareCounts, compareWorkers, meaningOfDifference } from '../../../explanation/questions';
import { ApiError } from '../../../taskrouter/errors';
import * as resources from '../../../taskrouter/resources';
import { isSid } from '../../../taskrouter/sid';
import type { AskView } from '../../../webview/task/protocol';
import type { Connection } from '../../accounts/connections';
import type { Clock } from '../../data/clock';
import { either } from '../../data/either';
import { describeError, sentence } from '../../display/errorMessage';
import { plain } from '../../display/safeText';
import { shown } from './texts';

/**
 * Milliseconds between a response and the next request. Twilio allows three of these a second; a request that fails is
 * tried three times, so that even then no second has more.
 */
const pause = 1000;
const maxPages = 20;

export interface AskTaskRouterOptions {
  readonly clock: Pick<Clock, 'elapsed' | 'setTimeout'>;
  readonly connect: (accountId: string) => Promise<Connection>;
  readonly changed: () => void;
}

export interface AskSubject {
  readonly accountId: string;
  readonly workspaceSid: string;
  readonly questions: Questions;
  readonly nameOf: (workerSid: string) => string;
}

/** Compares what a page says of workers with what TaskRouter answers, within the request limit, while the user waits. */
export class AskTaskRouter {
  private running: AbortController | undefined;
  private latest: AskView | undefined;
  private nextAt = -Infinity;

  constructor(private readonly options: AskTaskRouterOptions) {}

  /** Absent before the first question. */
  get view(): AskView | undefined {
    return this.latest;
  }

  /** Asks one question after the other. A second call while it is running does nothing. */
  async ask(subject: AskSubject): Promise<void> {
    if (this.running) return;
    const canceled = (this.running = new AbortController());
    const findings: Finding[] = [];
    const refused: Question[] = [];
    const { questions } = subject.questions;
    let problem: string | undefined;
    const show = (isRunning: boolean, done: number) => {
      const view = viewOf(subject.questions, { findings, refused: refused.length, problem });
      this.latest = {
        ...view,
        ...(isRunning ? { progress: l10n.t('{done} of {all}', { done, all: questions.length }) } : {}),
      };
      this.options.changed();
    };
    try {
      for (const [done, question] of questions.entries()) {
        show(true, done);
        try {
          for (const found of await this.answer(question, subject, canceled.signal)) findings.push(found);
        } catch (error) {
          canceled.signal.throwIfAborted();
          if (!(error instanceof ApiError && [401, 403].includes(error.status))) throw error;
          refused.push(question);
        }
      }
    } catch (error) {
      problem = canceled.signal.aborted
        ? l10n.t('Canceled. Not everything was compared.')
        : sentence(describeError(error));
    } finally {
      this.running = undefined;
    }
    show(false, questions.length);
  }

  cancel(): void {
    this.running?.abort();
  }

  private async answer(
    question: Question,
    { accountId, workspaceSid, nameOf }: AskSubject,
    canceled: AbortSignal,
  ): Promise<readonly Finding[]> {
    const { client, signal: closed } = await this.options.connect(accountId);
    const reads = client.background({ purpose: 'page' });
    const { signal, end } = either(closed, canceled);
    try {
      if (question.kind === 'counts') {
        const { queueSid } = question;
        await this.pause(signal);
        return [compareCounts(question, await reads.queueStatistics(workspaceSid, queueSid, signal))];
      }
      const { expression, available } = question;
      const filters = { targetWorkersExpression: expression, ...(available ? { available: 'true' } : {}) };
      const found: { sid: string; name: string }[] = [];
      let unreadable = 0;
      await this.pause(signal);
      for await (const page of reads.pages(
        resources.workers,
        [workspaceSid],
        filters,
        { maxPages },
        signal,
      )) {
        if (page.cutShort) throw page.cutShort;
        const rows = page.rows.filter(({ sid }) => isSid('Worker', sid));
        unreadable += page.unreadable + page.rows.length - rows.length;
        for (const row of rows)
          found.push({ sid: row.sid, name: resources.workers.read(row).friendly_name ?? row.sid });
        this.nextAt = this.options.clock.elapsed() + pause;
        if (page.nextPageToken !== undefined) await this.pause(signal);
      }
      return compareWorkers(question, found, nameOf, unreadable);
    } finally {
      this.nextAt = this.options.clock.elapsed() + pause;
      end();
    }
  }

  /** Waits until the next request may leave. */
  private pause(signal: AbortSignal): Promise<void> {
    const { clock } = this.options;
    return new Promise((resolve, reject) => {
      const timer = clock.setTimeout(resolve, Math.max(0, this.nextAt - clock.elapsed()));
      const abort = () => {
        timer.cancel();
        reject(signal.reason as Error);
      };
      if (signal.aborted) abort();
      else signal.addEventListener('abort', abort, { once: true });
    });
  }
}

function viewOf(
  { unasked }: Questions,
  result: {
    readonly findings: readonly Finding[];
    readonly refused: number;
    readonly problem: string | undefined;
  },
): AskView {
  const { findings, refused, problem } = result;
  const differs = findings.some(({ agrees }) => agrees === false);
  const notAsked = unasked.map(({ expression, why }) =>
    l10n.t('{expression} could not be compared. {why}', {
      expression: plain(expression, 200),
      why: shown(why),
    }),
  );
  const notAllowed = l10n.t('The credentials do not allow some of these requests ({count}).', {
    count: refused,
  });
  return {
    findings: findings.map(({ agrees, message }) => ({ agrees: agrees === true, text: shown(message) })),
    notes: [
      ...(differs ? [shown(meaningOfDifference())] : []),
      ...notAsked,
      ...(refused > 0 ? [notAllowed] : []),
      ...(problem === undefined ? [] : [problem]),
    ],
  };
}
