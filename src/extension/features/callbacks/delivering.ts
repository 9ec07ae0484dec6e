import { isDeepStrictEqual } from 'node:util';
import * as vscode from 'vscode';
import type { WorkspaceTarget } from '../../../callbacks/deliver';
import type { CallbackDelivery, SendingCallback, SentCallback } from '../../accounts/simulation';
import { describeError, sentence } from '../../display/errorMessage';
import { targetProblem } from './setup';

export interface DeliveringOptions {
  readonly workspaceSid: string;
  readonly delivery: () => Promise<CallbackDelivery | undefined>;
  /** An assignment of the workspace is being sent. */
  readonly onSending: (callback: SendingCallback) => void;
  readonly onSent: (callback: SentCallback) => void;
  /** No answer comes any more: the simulation has ended. */
  readonly onEnd: () => void;
  /** Whether the answer to an assignment is still to come. */
  readonly isWaiting: () => boolean;
}

/** Sends the callbacks of one workspace of the simulated account to this machine, while the user wants that. */
export class Delivering {
  private current: WorkspaceTarget | undefined;
  private reason: string | undefined;
  private pause: number | undefined;
  private remove: (() => void) | undefined;
  /** Goes on when delivering stops: an answer that is under way still arrives. */
  private unobserve: (() => void) | undefined;
  private isClosed = false;
  /** Counts starts and stops: the last one counts. */
  private sequence = 0;

  constructor(private readonly options: DeliveringOptions) {}

  /** Where callbacks go now. */
  get target(): WorkspaceTarget | undefined {
    return this.current;
  }

  /** Seconds that assignments wait until the next one is sent, since the last one failed like many before it. */
  get pauseSeconds(): number | undefined {
    return this.pause;
  }

  /** Why nothing is delivered, if that is not because the user stopped it. */
  get failure(): string | undefined {
    return this.reason;
  }

  /** Delivers there, once the names are checked. */
  async start(target: WorkspaceTarget): Promise<void> {
    if (isDeepStrictEqual(target, this.current)) return;
    this.stop();
    const { sequence } = this;
    try {
      const problem = await targetProblem(target);
      const delivery = problem === undefined ? await this.options.delivery() : undefined;
      if (sequence !== this.sequence) return;
      this.reason = problem;
      if (delivery) this.deliver(delivery, target);
    } catch (error) {
      if (sequence === this.sequence) this.reason = sentence(describeError(error));
    }
  }

  stop(reason?: string): void {
    this.sequence++;
    this.remove?.();
    this.remove = undefined;
    this.current = undefined;
    this.pause = undefined;
    this.reason = reason;
  }

  /** Answers that are under way still arrive. */
  dispose(): void {
    this.stop();
    this.isClosed = true;
    if (!this.options.isWaiting()) this.unobserve?.();
  }

  private deliver(delivery: CallbackDelivery, target: WorkspaceTarget): void {
    const { workspaceSid, onEnd } = this.options;
    this.unobserve?.();
    this.unobserve = delivery.observe(
      (callback) => callback.workspaceSid === workspaceSid && this.sent(callback),
      (callback) => callback.workspaceSid === workspaceSid && this.sending(callback),
      () => {
        this.stop(vscode.l10n.t('Stopped: the simulation has ended.'));
        onEnd();
      },
    );
    delivery.targets.set(workspaceSid, target);
    this.remove = () => delivery.targets.delete(workspaceSid);
    this.current = target;
  }

  private sending(callback: SendingCallback): void {
    // Another page of the workspace has it.
    if (this.isClosed) return;
    this.pause = undefined;
    this.options.onSending(callback);
  }

  private sent(callback: SentCallback): void {
    if (this.isClosed && callback.kind !== 'assignment') return;
    this.pause = callback.kind === 'assignment' ? callback.pause : this.pause;
    this.options.onSent(callback);
    if (this.isClosed && !this.options.isWaiting()) this.unobserve?.();
  }
}
