import type { AccountState } from './accountState';
import type { Row } from './rows';

/** An error that Twilio's Monitor shows. https://www.twilio.com/docs/usage/monitor-alert */
export interface Alert extends Row {
  readonly code: string;
  /** Twilio does not document which resource an alert about an assignment callback names; here it is the reservation. */
  readonly resourceSid: string;
  readonly url: string;
  readonly text: string;
}

const maxRemembered = 1000;

/** The alerts of an account, in the order in which they were recorded. */
export class Alerts {
  readonly #alerts: Alert[] = [];

  constructor(private readonly account: AccountState) {}

  /** Of these times, in milliseconds since 1970; from an index in the order of creation on. */
  *between(from: number, to: number, index = 0): Iterable<Alert> {
    for (const alert of this.#alerts) {
      if (alert.created < from || alert.created > to) continue;
      if (this.account.sids.indexOf(alert.sid) >= index) yield alert;
    }
  }

  get(sid: string): Alert | undefined {
    return this.#alerts.find((one) => one.sid === sid);
  }

  add(alert: Omit<Alert, keyof Row>, at = this.account.now()): void {
    const sid = this.account.sids.next('Alert');
    this.#alerts.push({ ...alert, sid, created: at, updated: at, version: 0 });
    if (this.#alerts.length > maxRemembered) this.#alerts.shift();
  }
}
