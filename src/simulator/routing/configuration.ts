import { ExpressionError } from '../../routing/expressions/errors';
import type { Context } from '../../routing/expressions/scope';
import { readConfiguration } from '../../routing/workflow/configuration';
import { WorkflowRouter } from '../../routing/workflow/router';
import { badRequest } from '../protocol/httpError';
import type { AccountState } from '../state/accountState';
import type { Workflow, Workspace } from '../state/rows';

/**
 * A workflow's rules from its configuration. https://www.twilio.com/docs/taskrouter/workflow-configuration
 * @throws HttpError when TaskRouter would refuse it
 */
export function configured(
  account: AccountState,
  workspace: Workspace,
  configuration: string,
): Pick<Workflow, 'configuration' | 'router'> {
  const { expressions } = account;
  const hasQueue = (sid: string) => workspace.taskQueues.get(sid) !== undefined;
  const { rules, problems } = readConfiguration(configuration, hasQueue, expressions);
  if (!rules) {
    const [{ path, message, range }] = problems;
    const place = path.length > 0 ? path.join('.') : `character ${range.start + 1}`;
    throw badRequest(`Invalid Configuration: ${place}: ${message}`);
  }
  return { configuration, router: new WorkflowRouter(rules, expressions) };
}

/** @throws HttpError for an expression that TaskRouter would refuse */
export function readable(account: AccountState, name: string, text: string, context: Context): string {
  try {
    account.expressions.expression(text, context);
    return text;
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw badRequest(`${name} could not be parsed at character ${error.range.start + 1}: ${error.message}`);
  }
}
