import type { Attributes, WorkerFields } from '../routing/expressions/scope';

/** A resource by its SID. */
export interface Named {
  readonly sid: string;
  readonly name: string;
}

export interface KnownQueue extends Named {
  readonly targetWorkers: string | undefined;
}

/** What is known of the workspace that a document belongs to. A list is absent unless all of it was read. */
export interface KnownWorkspace {
  readonly name?: string;
  readonly queues?: readonly KnownQueue[];
  readonly activities?: readonly Named[];
  /** With their attributes. */
  readonly workers?: readonly WorkerFields[];
  /** Unique names of the task channels. */
  readonly channels?: readonly string[];
  /** Attributes of tasks that were seen. */
  readonly tasks?: readonly Attributes[];
}

/** Where nothing is connected. */
export const nothingKnown: KnownWorkspace = {};
