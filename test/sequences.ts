/**
 * How many random cases a property test tries, and from which seed: 300 with a fixed seed in `npm test`, 10,000 in
 * `npm run fuzz`, which sets FUZZ to `RUNS:SEED`. `cost` is for cases that start a process: one of them counts as
 * so many.
 */
export function sequences(cost = 1): { readonly numRuns: number; readonly seed: number } {
  const [runs = 300, seed = 1] = process.env.FUZZ?.split(':').map(Number) ?? [];
  return { numRuns: Math.ceil(runs / cost), seed };
}
