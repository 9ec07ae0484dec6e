import type { Scenario } from '../scenario';
import { large } from './large';
import { lively } from './lively';
import { stuck, timeouts, unregistered } from './small';

/** Receives more requests than it allows. */
const storm: Scenario = {
  ...lively,
  name: 'storm',
  description: 'A storm of 429: three requests at a time, slow answers, and a third refused on top.',
  latency: [40, 160],
  concurrency: 3,
  retryAfter: 1,
  faults: [{ do: 'refuse', status: 429, retryAfter: 1, chance: 0.35 }],
};

const largest: Scenario = {
  ...large({ tasks: 100_000, workers: 5000, workspaces: 50 }),
  description: '50 workspaces, each with 100,000 tasks and 5,000 workers; nothing moves.',
};

/** The scenarios that `--scenario` accepts by name. */
export const builtIn: readonly Scenario[] = [lively, stuck, timeouts, unregistered, storm, largest];
