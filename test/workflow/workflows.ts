import { diagnose } from '../../src/workflow/diagnostics/diagnose';
import type { Diagnostic } from '../../src/workflow/diagnostics/diagnose';
import { readDocument } from '../../src/workflow/document';
import type { WorkflowDocument } from '../../src/workflow/document';
import type { KnownWorkspace } from '../../src/workflow/known';
import { nothingKnown } from '../../src/workflow/known';

export const sid = (kind: string, n: number): string => kind + n.toString(16).padStart(32, '0');
export const [sales, support, everyone, voicemail] = [1, 2, 3, 4].map((n) => sid('WQ', n)) as [
  string,
  string,
  string,
  string,
];

const idle = { available: true, capacity: 1, pending: 0, accepted: 0, wrapping: 0 };

/** A workspace in which the workflows of these tests can work. */
export const workspace: KnownWorkspace = {
  name: 'Flex',
  queues: [
    { sid: sales, name: 'Sales', targetWorkers: "skills HAS 'sales'" },
    { sid: support, name: 'Support', targetWorkers: "skills HAS 'support'" },
    { sid: everyone, name: 'Everyone', targetWorkers: '1==1' },
    { sid: voicemail, name: 'Voicemail', targetWorkers: '1==0' },
    { sid: sid('WQ', 5), name: 'Billing', targetWorkers: "skills HAS 'billing'" },
  ],
  activities: [
    { sid: sid('WA', 1), name: 'Available' },
    { sid: sid('WA', 2), name: 'Offline' },
  ],
  workers: [
    ['Ann', { skills: ['sales', 'support'], level: 4, region: 'us', contact_uri: 'client:ann' }],
    ['Bob', { skills: ['support'], level: 1, region: 'eu' }],
  ].map(([name, attributes], i) => ({
    sid: sid('WK', i + 1),
    friendlyName: name as string,
    activitySid: sid('WA', 1),
    activityName: 'Available',
    attributes: attributes as Record<string, unknown>,
    channels: { voice: idle, chat: idle },
  })),
  channels: ['voice', 'chat'],
  tasks: [{ type: 'sales', language: 'en', agent: 'Ann' }],
};

/** Runs a generator that pauses. */
export function finish<T>(steps: Generator<undefined, T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

export const read = (text: string): WorkflowDocument => finish(readDocument(text, new Map()));

export const diagnosticsOf = (text: string, known: KnownWorkspace = nothingKnown): Diagnostic[] =>
  finish(diagnose(read(text), known));

export interface Target {
  readonly queue?: unknown;
  readonly [key: string]: unknown;
}
export interface Filter {
  readonly expression?: unknown;
  readonly targets?: unknown;
  readonly [key: string]: unknown;
}

/** A filter by its expression and targets. */
export const filter = (expression: string, ...targets: readonly Target[]): Filter => ({
  filter_friendly_name: `Filter ${expression}`,
  expression,
  targets: targets.length ? targets : [{ queue: sales }],
});

export const workflow = (filters: readonly unknown[], otherwise: unknown = { queue: everyone }): string =>
  JSON.stringify({ task_routing: { filters, ...(otherwise ? { default_filter: otherwise } : {}) } }, null, 2);
