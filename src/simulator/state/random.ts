/** Repeatable random values: the same seed gives the same sequence. */
export interface Random {
  /** At least 0, less than 1. */
  next(): number;
  /** An integer from `low` to `high`, inclusive. */
  integer(low: number, high: number): number;
  chance(probability: number): boolean;
  pick<T>(all: readonly T[]): T;
  /** This many lower-case hexadecimal digits. */
  hex(digits: number): string;
}

/** Mulberry32 by Tommy Ettinger (public domain): 32 bits of state, good enough for a simulation. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const bits = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    return mix(state);
  };
  const random: Random = {
    next: () => bits() / 2 ** 32,
    integer: (low, high) => low + Math.floor(random.next() * (high - low + 1)),
    chance: (probability) => random.next() < probability,
    pick: (all) => all[random.integer(0, all.length - 1)]!,
    hex(digits) {
      let text = '';
      while (text.length < digits) text += hex32(bits());
      return text.slice(0, digits);
    },
  };
  return random;
}

const bytes = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export const hex32 = (bits: number): string =>
  bytes[bits >>> 24]! + bytes[(bits >>> 16) & 255]! + bytes[(bits >>> 8) & 255]! + bytes[bits & 255]!;

/** Mulberry32's mixing step: close inputs give unrelated outputs. */
export function mix(state: number): number {
  let t = state;
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return (t ^ (t >>> 14)) >>> 0;
}
