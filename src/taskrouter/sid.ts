/** The two letters that each kind of Twilio resource begins its SID with. */
export const sidPrefixes = {
  Account: 'AC',
  ApiKey: 'SK',
  Workspace: 'WS',
  Activity: 'WA',
  Workflow: 'WW',
  TaskQueue: 'WQ',
  TaskChannel: 'TC',
  Task: 'WT',
  Worker: 'WK',
  WorkerChannel: 'WC',
  Reservation: 'WR',
  Call: 'CA',
  Event: 'EV',
} as const;

export type SidNoun = keyof typeof sidPrefixes;

/** True for a SID of this noun in the form Twilio documents: its prefix and 32 hexadecimal digits. */
export function isSid(noun: SidNoun, text: string): boolean {
  return text.length === 34 && text.startsWith(sidPrefixes[noun]) && /^[0-9a-fA-F]{32}$/.test(text.slice(2));
}

/** True for a text in the form of a SID, of any resource. */
export const isAnySid = (text: string): boolean => /^[A-Z]{2}[0-9a-fA-F]{32}$/.test(text);

const sidBeginning = new RegExp(`^(?:${Object.values(sidPrefixes).join('|')})[0-9a-fA-F]{0,32}$`);

/** True for the beginning of a SID, its prefix at least. */
export const beginsSid = (text: string): boolean => sidBeginning.test(text);

/** A malformed SID, from TaskRouter or another source: no request may contain it. */
export class MalformedSidError extends TypeError {
  override readonly name = 'MalformedSidError';
  /** At most 40 characters of it. */
  readonly sid: string;

  constructor(
    readonly noun: SidNoun,
    sid: string,
  ) {
    const start = sid.slice(0, 40);
    super(
      `"${start}" is not the SID of a ${noun}: it must be ${sidPrefixes[noun]} and 32 hexadecimal digits.`,
    );
    this.sid = start;
  }
}

/** The SID itself: nothing unchecked enters a URL. @throws MalformedSidError */
export function checkedSid(noun: SidNoun, text: string): string {
  if (isSid(noun, text)) return text;
  throw new MalformedSidError(noun, text);
}
