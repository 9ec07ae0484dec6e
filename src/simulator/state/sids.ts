import { hex32, mix } from './random';

/** The two letters of everything the simulator makes; wider than what the extension asks for. */
export const prefixes = {
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
  Conference: 'CF',
  Event: 'EV',
  Request: 'RQ',
} as const;
export type SimulatedNoun = keyof typeof prefixes;

/**
 * SIDs that look random but tell their place in the order of creation to whoever knows the seed. So a page
 * token stays good after its row is gone, and rows of a huge workspace can be made when they are asked for.
 */
export class Sids {
  readonly #salt: number;
  readonly #count = new Map<SimulatedNoun, number>();
  constructor(seed: number) {
    this.#salt = mix(seed ^ 0x51d5);
  }

  /** A new SID. */
  next(noun: SimulatedNoun): string {
    const index = this.#count.get(noun) ?? 0;
    this.#count.set(noun, index + 1);
    return this.at(noun, index);
  }

  /** Sets aside so many places and gives the first: for rows that are made when asked for. */
  reserve(noun: SimulatedNoun, count: number): number {
    const index = this.#count.get(noun) ?? 0;
    this.#count.set(noun, index + count);
    return index;
  }

  at(noun: SimulatedNoun, index: number): string {
    const prefix = prefixes[noun];
    const own = mix(this.#salt ^ (prefix.charCodeAt(0) * 256 + prefix.charCodeAt(1)));
    const a = mix(own + index);
    const b = mix(a ^ this.#salt);
    return prefix + hex32(a) + hex32(b) + hex32(mix(b + index)) + hex32(scramble(index) ^ own);
  }

  /** The place of a SID of ours; for any other text a number that `at` will not confirm. */
  indexOf(sid: string): number {
    const own = mix(this.#salt ^ (sid.charCodeAt(0) * 256 + sid.charCodeAt(1)));
    return unscramble((parseInt(sid.slice(-8), 16) ^ own) >>> 0);
  }
}

// Multiplication by an odd number can be undone modulo 2^32: these two undo each other.
const scramble = (index: number) => Math.imul(index, 0x9e3779b1) >>> 0;
const unscramble = (bits: number) => Math.imul(bits, 0x0e8b2f51) >>> 0;
