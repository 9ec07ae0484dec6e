import { ExpressionLibrary } from '../routing/expressions/library';
import type { RoutingOptions } from '../routing/options';
import { readConfiguration } from '../routing/workflow/configuration';
import { WorkflowRouter } from '../routing/workflow/router';
import type { Workflow } from '../taskrouter/resources';
import { SettledExpressions } from './settle';

interface ReadWorkflow {
  readonly router?: WorkflowRouter | undefined;
  /** Why the configuration cannot be read here, though TaskRouter accepted it. */
  readonly problem?: string | undefined;
}

/** Configurations that one page explains tasks with, and more. */
const maxWorkflows = 200;

/** Workflows and expressions, each compiled once for any number of explanations. */
export class RoutingRules {
  readonly library: ExpressionLibrary;
  readonly settled: SettledExpressions;
  /** By configuration. */
  readonly #workflows = new Map<string, ReadWorkflow>();

  /** `options` choose where Twilio's pages are silent or contradict each other. */
  constructor(options?: RoutingOptions) {
    this.library = new ExpressionLibrary(options);
    this.settled = new SettledExpressions(this.library);
  }

  workflow(workflow: Workflow | undefined): ReadWorkflow {
    const configuration = workflow?.configuration;
    if (!configuration) return {};
    let read = this.#workflows.get(configuration);
    if (!read) {
      if (this.#workflows.size >= maxWorkflows) this.#workflows.clear();
      this.#workflows.set(configuration, (read = this.#read(configuration)));
    }
    return read;
  }

  #read(configuration: string): ReadWorkflow {
    // TaskRouter checked that its queues exist.
    const { rules, problems } = readConfiguration(configuration, () => true, this.library);
    return {
      router: rules && new WorkflowRouter(rules, this.library),
      problem: problems[0]?.message,
    };
  }
}
