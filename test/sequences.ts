/**
 * How many random cases a property test tries, and from which seed: 300 with a fixed seed in `npm test`, 10,000 in
 * `npm run fuzz`, which sets FUZZ to `RUNS:SEED`, or to `RUNS:SEED:PATH` to repeat one case that failed. `cost` is for
 * cases that start a process: one of them counts as so many.
 */
export function sequences(cost = 1): {
  readonly numRuns: number;
  readonly seed: number;
  readonly path?: string;
} {
  const [runs = '300', seed = '1', ...path] = process.env.FUZZ?.split(':') ?? [];
  return {
    numRuns: Math.ceil(Number(runs) / cost),
    seed: Number(seed),
    ...(path.length ? { path: path.join(':') } : {}),
  };
}
