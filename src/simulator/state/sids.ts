import { sidPrefixes } from '../../taskrouter/sid';
import { hex32, mix } from './random';

/** SID prefixes of everything that the simulator creates. */
export const prefixes = {
  ...sidPrefixes,
  Conference: 'CF',
  Recording: 'RE',
  Request: 'RQ',
  Alert: 'NO',
} as const;
export type SimulatedNoun = keyof typeof prefixes;

/**
 * SIDs that appear random but encode their index in the order of creation. A page token therefore stays valid
 * after its row is deleted, and the rows of a huge workspace can be generated on demand.
 */
export class Sids {
  readonly #salt: number;
  readonly #count = new Map<SimulatedNoun, number>();
  constructor(seed: number) {
    this.#salt = mix(seed ^ 0x51d5);
  }

  next(noun: SimulatedNoun): string {
    const index = this.#count.get(noun) ?? 0;
    this.#count.set(noun, index + 1);
    return this.at(noun, index);
  }

  /** Reserves a range of indexes for rows that are generated on demand, and returns the first. */
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

  /** The index of a SID that this object made. For any other text, `at` of the result gives another SID. */
  indexOf(sid: string): number {
    const own = mix(this.#salt ^ (sid.charCodeAt(0) * 256 + sid.charCodeAt(1)));
    return unscramble((parseInt(sid.slice(-8), 16) ^ own) >>> 0);
  }
}

// Multiplying by an odd number is invertible modulo 2^32; these two are inverse.
const scramble = (index: number) => Math.imul(index, 0x9e3779b1) >>> 0;
const unscramble = (bits: number) => Math.imul(bits, 0x0e8b2f51) >>> 0;
